//! What goes wrong at the provider.

use tollgate_simulators::faults::{Fault, Kind};

/// More requests than any call makes.
const ALL: u32 = 50;
/// Statuses that the gateways read each in their own way, one of success among them.
const STATUSES: [u16; 11] = [200, 400, 401, 402, 403, 404, 409, 422, 429, 500, 503];
/// Requests that go well before one does not: later steps of a call fail, too.
const LATER: [u32; 3] = [1, 2, 3];
const TOKEN: &str = "/v1/oauth2/token";

pub struct Trouble {
    pub name: String,
    pub script: Vec<Fault>,
    /// Access tokens stop working first, so that another one has to be fetched.
    pub revokes: bool,
}

fn fault(path: &str, kind: Kind) -> Fault {
    Fault { method: None, times: ALL, ..Fault::once("", path, kind) }
}

/// A provider knows secrets that no request brings.
#[derive(Debug, Clone, Copy)]
pub struct Echo<'a> {
    pub says: &'a [&'a str],
}

impl Echo<'_> {
    fn of(self, path: &str, kind: Kind) -> Fault {
        Fault { says: self.says.iter().copied().map(str::to_owned).collect(), ..fault(path, kind) }
    }

    fn refuses(self, path: &str, status: u16) -> Fault {
        Fault { status, ..self.of(path, Kind::Echo) }
    }
}

fn trouble(name: impl Into<String>, script: Vec<Fault>) -> Trouble {
    Trouble { name: name.into(), script, revokes: false }
}

/// Everything but a provider that hangs, which takes its time.
pub fn all(echo: Echo<'_>) -> Vec<Trouble> {
    let mut all = vec![
        trouble("500 before", vec![fault("", Kind::ErrorBefore)]),
        trouble("500 after", vec![fault("", Kind::ErrorAfter)]),
        trouble("the connection drops", vec![fault("", Kind::DropAfter)]),
        trouble("true answers with credentials", vec![echo.of("", Kind::EchoAfter)]),
    ];
    all.extend(STATUSES.map(|status| trouble(format!("{status} with credentials"), vec![echo.refuses("", status)])));
    for requests in LATER {
        let well = Fault { times: requests, ..fault("", Kind::Slow) };
        for status in [400, 402, 500] {
            let name = format!("{status} with credentials after {requests} good answers");
            all.push(trouble(name, vec![well.clone(), echo.refuses("", status)]));
        }
    }
    for (name, token) in [
        ("a token is refused with credentials", echo.refuses(TOKEN, 401)),
        ("a token comes with credentials", echo.of(TOKEN, Kind::EchoAfter)),
        ("no token comes", fault(TOKEN, Kind::ErrorBefore)),
        ("the connection for a token drops", fault(TOKEN, Kind::DropAfter)),
    ] {
        all.push(Trouble { revokes: true, ..trouble(name, vec![token]) });
    }
    all
}

/// Nothing is wrong with the provider.
pub fn none(name: &str) -> Trouble {
    trouble(name, Vec::new())
}

/// Processed, and never answered, whoever asks.
pub fn hanging() -> Fault {
    Fault { times: u32::MAX, ..fault("", Kind::HangAfter) }
}
