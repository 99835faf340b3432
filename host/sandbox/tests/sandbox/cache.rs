//! Compiled code is kept, found again, and never trusted when it is damaged.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tollgate_billing::plugin::PluginState;
use tollgate_billing::ports::Plugins;

use crate::fakes::Fakes;
use crate::guest::gateway;
use crate::host::{Host, config, open, patient};

fn kept(cache: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// As if the file had last been used so many days ago.
fn aged(file: &Path, days: u64) {
    let then = SystemTime::now() - Duration::from_hours(24 * days);
    File::options().write(true).open(file).unwrap().set_modified(then).unwrap();
}

fn age(file: &Path) -> Duration {
    std::fs::metadata(file).unwrap().modified().unwrap().elapsed().unwrap_or_default()
}

/// Loads the same plugins into a new host, as a restart does.
async fn restarted(host: &Host) -> PluginState {
    let mut sandbox = open(host.cache.path(), patient(), Fakes::default());
    sandbox.load_directory(host.plugins.path()).await.unwrap();
    sandbox.rows()[0].state.clone()
}

#[tokio::test]
async fn compiled_code_is_written_once_and_used_again() {
    let host = Host::of(patient(), &gateway()).await;
    let files = kept(host.cache.path());
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let written = std::fs::metadata(file).unwrap().modified().unwrap();
    assert!(matches!(restarted(&host).await, PluginState::Loaded(_)));
    assert_eq!(kept(host.cache.path()), files);
    assert_eq!(std::fs::metadata(file).unwrap().modified().unwrap(), written);
}

#[tokio::test]
async fn a_damaged_cache_file_is_compiled_again() {
    let host = Host::of(patient(), &gateway()).await;
    let file = kept(host.cache.path()).remove(0);
    let whole = std::fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let mut other_magic = whole.clone();
    other_magic[0] ^= 1;
    for damage in [Vec::new(), whole[..20].to_vec(), whole[..whole.len() / 2].to_vec(), flipped, other_magic] {
        std::fs::write(&file, damage).unwrap();
        assert!(matches!(restarted(&host).await, PluginState::Loaded(_)));
        assert_eq!(std::fs::read(&file).unwrap(), whole, "it was not mended");
    }
}

#[tokio::test]
async fn code_of_another_component_or_engine_is_not_used() {
    let acme = Host::of(patient(), &gateway()).await;
    let other = Host::of(patient(), &gateway().body("pay-now", "unreachable")).await;
    let (mine, theirs) = (kept(acme.cache.path()).remove(0), kept(other.cache.path()).remove(0));
    std::fs::copy(&theirs, &mine).unwrap();
    assert!(matches!(restarted(&acme).await, PluginState::Loaded(_)));
    assert_ne!(std::fs::read(&mine).unwrap(), std::fs::read(&theirs).unwrap());

    let name = mine.file_name().unwrap().to_str().unwrap();
    let (component, engine) = name.split_once('-').unwrap();
    let foreign = mine.with_file_name(format!("{component}-{}.cwasm", "0".repeat(engine.len() - ".cwasm".len())));
    std::fs::rename(&mine, &foreign).unwrap();
    aged(&foreign, 31);
    assert!(matches!(restarted(&acme).await, PluginState::Loaded(_)));
    assert_eq!(kept(acme.cache.path()), [mine], "the other engine's code is swept away");
}

#[tokio::test]
async fn code_that_nobody_used_for_a_month_is_swept_away_and_no_other_file() {
    let host = Host::of(patient(), &gateway()).await;
    let mut stay = kept(host.cache.path());
    aged(&stay[0], 31);
    // What another installation needs in the same directory, removed plugins, interrupted starts, and a stranger's file.
    let table = [
        ("0000-0000.cwasm", 29, true),
        ("0000-0001.cwasm", 31, false),
        ("0000-0000.77.cwasm-unfinished", 0, true),
        ("0000-0001.77.cwasm-unfinished", 31, false),
        ("readme.txt", 31, true),
    ];
    for (name, days, stays) in table {
        let file = host.cache.path().join(name);
        std::fs::write(&file, "x").unwrap();
        aged(&file, days);
        stay.extend(stays.then_some(file));
    }
    stay.sort();
    restarted(&host).await;
    assert_eq!(kept(host.cache.path()), stay);
}

#[tokio::test]
async fn a_use_is_noted_so_that_no_other_installation_sweeps_the_code_away() {
    let host = Host::of(patient(), &gateway()).await;
    let file = kept(host.cache.path()).remove(0);
    aged(&file, 29);
    restarted(&host).await;
    assert!(age(&file) < Duration::from_hours(1), "it was last used {:?} ago", age(&file));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hosts_that_start_at_once_on_one_directory_all_run_and_leave_one_whole_file() {
    const HOSTS: usize = 16;
    let host = Host::of(patient(), &gateway()).await;
    let file = kept(host.cache.path()).remove(0);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let start = |_| {
        let (cache, plugins) = (host.cache.path().to_owned(), host.plugins.path().to_owned());
        tokio::spawn(async move {
            let mut sandbox = open(&cache, patient(), Fakes::default());
            sandbox.load_directory(&plugins).await.unwrap();
            sandbox.rows()[0].state.clone()
        })
    };
    let starts: Vec<_> = (0..HOSTS).map(start).collect();
    for started in starts {
        assert!(matches!(started.await.unwrap(), PluginState::Loaded(_)));
    }
    assert_eq!(kept(host.cache.path()), std::slice::from_ref(&file));
    assert_eq!(std::fs::read(&file).unwrap(), whole);
}

#[cfg(unix)]
#[tokio::test]
async fn the_directory_is_closed_to_others_and_what_they_could_write_is_not_run() {
    use std::os::unix::fs::PermissionsExt;
    let host = Host::of(patient(), &gateway()).await;
    let mode = || std::fs::metadata(host.cache.path()).unwrap().permissions().mode() & 0o777;
    let file = kept(host.cache.path()).remove(0);
    std::fs::set_permissions(host.cache.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    drop(open(host.cache.path(), patient(), Fakes::default()));
    assert_eq!(mode(), 0o700);
    assert!(!file.exists(), "code that others could have written is still there");
}

#[test]
fn a_cache_that_cannot_be_made_is_an_error_that_names_it() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let config = config(&file.path().join("cache"), patient(), Fakes::default());
    let error = tollgate_sandbox::Sandbox::new(config).err().expect("a file is no directory");
    assert!(error.to_string().contains(file.path().to_str().unwrap()), "{error}");
}
