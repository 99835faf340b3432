// What came of one kind of thing that was judged: a line for each call, however often it was seen.
'use strict';

const TOLD_CHARS_MAX = 500;

class Verdicts {
  // `expected` must be among what is judged.
  constructor(kind, expected) {
    this.kind = kind;
    this.calls = new Map(expected.map((name) => [name, { seen: 0, faults: new Map() }]));
  }

  judge(name, faults, told) {
    if (!this.calls.has(name)) this.calls.set(name, { seen: 0, faults: new Map() });
    const call = this.calls.get(name);
    call.seen += 1;
    for (const fault of faults) {
      if (!call.faults.has(fault)) call.faults.set(fault, told.slice(0, TOLD_CHARS_MAX));
    }
  }

  print() {
    for (const [name, { seen, faults }] of this.calls) {
      const what = `${this.kind}, ${name}`.replaceAll(': ', ' ');
      if (seen === 0) {
        console.log(`fail ${what}: none was seen`);
      } else if (faults.size === 0) {
        console.log(`pass ${what} (${seen})`);
      }
      for (const [fault, told] of faults) {
        console.log(`fail ${what}: ${fault}; in ${told}`.replaceAll('\n', ' '));
      }
    }
  }
}

module.exports = { Verdicts };
