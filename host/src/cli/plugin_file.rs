//! A plugin's file and its signature, from the disk or from a host that the configuration names.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{anyhow, bail};
use tollgate_billing::billing::PluginFile;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{Auth, Egress, EgressCaller, EgressRequest, Method};

use crate::config::{Config, Mode};
use crate::signature::{beside, read_plugin, read_text};
use crate::wiring::Rooms;

/// For a file of some megabytes on a slow line.
const FETCH_MAX: Duration = Duration::from_mins(1);

/// Where a file comes from.
pub fn is_address(source: &str) -> bool {
    source.contains("://")
}

/// Reads the file and what stands beside it with `.minisig` behind its name, or the signature that is named.
///
/// # Errors
/// One sentence.
pub async fn read(
    rooms: &Rooms,
    config: &Config,
    source: &str,
    signature: Option<&PathBuf>,
) -> anyhow::Result<PluginFile> {
    if is_address(source) {
        let bytes = fetch(rooms, config, source).await?.ok_or_else(|| anyhow!("{source}: there is no such file"))?;
        let signature = match signature {
            Some(file) => Some(named(file)?),
            None => fetch(rooms, config, &format!("{source}.minisig")).await?.map(text).transpose()?,
        };
        return Ok(PluginFile { bytes, signature });
    }
    let file = Path::new(source);
    let bytes = read_plugin(file)?;
    let signature = match signature {
        Some(file) => Some(named(file)?),
        None => read_text(&beside(file))?,
    };
    Ok(PluginFile { bytes, signature })
}

fn named(file: &Path) -> anyhow::Result<String> {
    read_text(file)?.ok_or_else(|| anyhow!("there is no signature {}", file.display()))
}

fn text(bytes: Vec<u8>) -> anyhow::Result<String> {
    String::from_utf8(bytes).map_err(|_| anyhow!("the signature is no text"))
}

/// By https, or over plain http from this machine itself in test mode; through the same walls as a gateway's requests, so that
/// no address inside the provider's own network is reached. `None` where the host says that there is no such file.
async fn fetch(rooms: &Rooms, config: &Config, url: &str) -> anyhow::Result<Option<Vec<u8>>> {
    if config.install.hosts.is_empty() {
        bail!("plugins are fetched only from hosts that install.hosts in the configuration names; it names none");
    }
    let caller = EgressCaller {
        instance: InstanceId::new("tollgate"),
        hosts: config.install.hosts.iter().map(|host| host.as_str().to_owned()).collect(),
        loopback_http: config.mode == Mode::Test,
        remaining: FETCH_MAX,
        requests_left: 1,
        may_keep: Vec::new(),
    };
    let request = EgressRequest {
        method: Method::Get,
        url: url.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        auth: Auth::None,
        keep: Vec::new(),
    };
    let answer = rooms.egress.send(&caller, request).await.map_err(|failure| {
        anyhow!("{url} was not fetched: {failure}; hosts are allowed by install.hosts in the configuration")
    })?;
    match answer.status {
        200 => Ok(Some(answer.body)),
        404 | 410 => Ok(None),
        301..=308 => bail!("{url} leads elsewhere; name the address that the file really has"),
        status => bail!("{url} was not fetched: the host answered with status {status}"),
    }
}
