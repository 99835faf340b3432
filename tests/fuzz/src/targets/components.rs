//! Files that somebody uploads as a plugin, as `tollgate plugin info` and the back office look at them before anything is
//! installed: changed components, and components whose manifest is anything.

use std::sync::OnceLock;

use serde_json::Value;
use tollgate_billing::plugin::{Granted, Manifest};
use tollgate_billing::text::Text;
use tollgate_guests::guest::{gateway, module};
use tollgate_sandbox::inspect;
use tollgate_web::{PluginTexts, check_templates};

use super::hold;
use crate::work::wait;

/// Staff read it in a line of a terminal.
const REASON_BYTES_MAX: usize = 4_000;

/// A component: a line that says of which one, then changes of four bytes each, what is done, where (two bytes), and a byte;
/// or, after `raw`, the file itself.
///
/// # Errors
/// Where what is said of the file is nothing that staff can read.
pub fn bytes(input: &[u8]) -> Result<String, String> {
    static GATEWAY: OnceLock<Vec<u8>> = OnceLock::new();
    static MODULE: OnceLock<Vec<u8>> = OnceLock::new();
    let split = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (name, rest) = (&input[..split], input.get(split + 1..).unwrap_or_default());
    let file = match name {
        b"raw" => rest.to_vec(),
        b"module" => changed(MODULE.get_or_init(|| module().build()), rest),
        _ => changed(GATEWAY.get_or_init(|| gateway().build()), rest),
    };
    looked_at(&file)
}

fn changed(of: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut file = of.to_vec();
    for change in changes.chunks_exact(4) {
        let [deed, low, high, byte] = change else { continue };
        let at = usize::from(u16::from_le_bytes([*low, *high])) % (file.len() + 1);
        let until = (at + usize::from(*byte)).min(file.len());
        match deed % 5 {
            0 if at < file.len() => file[at] = *byte,
            1 if at < file.len() => file[at] ^= *byte,
            2 => drop(file.splice(at..until, [])),
            3 => file.truncate(at),
            _ => {
                let again = file[at..until].to_vec();
                drop(file.splice(at..at, again));
            }
        }
    }
    file
}

/// A gateway or, where the JSON has `effects`, a module, with this manifest.
///
/// # Errors
/// Where a manifest was taken that the contract forbids, or that would lie to staff.
pub fn manifests(input: &[u8]) -> Result<String, String> {
    let Ok(json) = serde_json::from_slice::<Value>(input) else { return Ok("no manifest".to_owned()) };
    let guest = if json.get("effects").is_some() { module() } else { gateway() };
    looked_at(&guest.described_as(&json).build())
}

fn looked_at(file: &[u8]) -> Result<String, String> {
    match wait(inspect(file)) {
        Ok(manifest) => {
            is_sound(&manifest)?;
            match check_templates(&manifest) {
                Ok(()) => Ok(format!("a plugin that asks for {}", manifest.asks().len())),
                Err(problem) => refused(&problem.to_string()),
            }
        }
        Err(error) => refused(&error.to_string()),
    }
}

/// One line, which cannot speak to a terminal.
fn refused(reason: &str) -> Result<String, String> {
    hold(!reason.is_empty() && reason.len() <= REASON_BYTES_MAX, || format!("{} bytes of reason", reason.len()))?;
    hold(!reason.chars().any(char::is_control), || format!("the reason has control characters: {reason:?}"))?;
    // Names and positions are of the input.
    let own = reason.split(['`', '“', '”', '"', '\'']).step_by(2).collect::<String>();
    Ok(own.chars().filter(char::is_ascii_alphabetic).take(80).collect())
}

/// What staff are asked about is what it gets, and what they read is one line each.
fn is_sound(manifest: &Manifest) -> Result<(), String> {
    let identity = manifest.identity();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    hold(identity.id.as_str().bytes().all(plain), || format!("{:?} is an id", identity.id))?;
    let asked = manifest.asked();
    let half: Granted = asked.iter().step_by(2).cloned().collect();
    for granted in [Granted::new(), half, asked.clone()] {
        let got = manifest.narrowed(&granted).asked();
        hold(got == granted, || format!("granted {granted:?} of {asked:?}, it gets {got:?}"))?;
    }
    let asks = manifest.asks();
    let purposes = asks.iter().filter_map(|ask| ask.purpose.as_ref());
    let labels = manifest.configuration().iter().flat_map(|group| &group.fields).map(|field| &field.label);
    let texts: Vec<&Text> = purposes.chain(labels).chain([&identity.summary]).collect();
    let told = texts.into_iter().map(|text| PluginTexts::offered(manifest, text, "en"));
    let words =
        asked.iter().cloned().chain([&identity.name, &identity.version, &identity.publisher].map(String::clone));
    for line in told.chain(words).chain([identity.licence.clone()]) {
        hold(!line.chars().any(char::is_control), || format!("{line:?} is more than a line"))?;
    }
    Ok(())
}
