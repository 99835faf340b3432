//! `build-plugin DIR FILE`: `tollgate plugin build` without the rest of the host. `make` calls it, so that plugins compile while
//! the host still does.

use std::path::PathBuf;
use std::process::ExitCode;

use tollgate_builder::{BuildOptions, build};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(file), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        eprintln!("usage: build-plugin DIR FILE");
        return ExitCode::from(2);
    };
    let built = build(&folder, &BuildOptions::default()).and_then(|built| {
        built.write(&file)?;
        Ok(built.summary(&file))
    });
    match built {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
