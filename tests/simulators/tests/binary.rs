//! The binary: what it prints, and whom it serves.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_simulators");

/// Ends with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn it_prints_where_both_listen_and_serves_them() {
    let arguments = ["--paypal", "127.0.0.1:0", "--stripe", "127.0.0.1:0", "--hold-webhooks"];
    let child = Command::new(BINARY).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut running = Running(child);
    // Read from to the end of the test, for it says more than these two.
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let said: Vec<String> = lines.by_ref().take(2).map(Result::unwrap).collect();
    let client = tollgate_simulators::http_client::builder().build().unwrap();
    for (line, name) in said.iter().zip(["paypal", "stripe"]) {
        let base = line.strip_prefix(name).unwrap().trim();
        let answer = client.get(format!("{base}/_simulator/clock")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{line}");
    }
}

#[tokio::test]
async fn it_records_to_the_folder_that_the_environment_names() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("records");
    std::fs::create_dir_all(&folder).unwrap();
    let arguments = ["--paypal", "127.0.0.1:0", "--stripe", "127.0.0.1:0", "--hold-webhooks"];
    let mut command = Command::new(BINARY);
    let child = command.args(arguments).env("SIMULATOR_RECORD", &folder).stdout(Stdio::piped()).spawn().unwrap();
    let mut running = Running(child);
    let lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let client = tollgate_simulators::http_client::builder().build().unwrap();
    for (line, path) in lines.take(2).map(Result::unwrap).zip(["v2/checkout/orders/A", "v1/balance"]) {
        let (provider, base) = line.split_once(' ').unwrap();
        assert_eq!(client.get(format!("{base}/{path}")).send().await.unwrap().status(), 401);
        let file = folder.join(format!("{provider}-{}.jsonl", running.0.id()));
        let record: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!((&record["path"], &record["status"]), (&format!("/{path}").into(), &401.into()), "{provider}");
        std::fs::remove_file(file).unwrap();
    }
}

#[test]
fn it_serves_this_machine_alone() {
    let output = Command::new(BINARY).args(["--stripe", "0.0.0.0:0", "--paypal", "127.0.0.1:0"]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("not a loopback address"));
}
