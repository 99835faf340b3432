//! Writes the plugins that are kept of the newest contract: run once, when it is published. Files that are there stay.

use std::io::Write;

use tollgate_guests::guest::Guest;
use tollgate_guests::kept::{folder, gateway_1_0_0, module_1_0_0};

fn main() -> std::io::Result<()> {
    let folder = folder("1.0.0");
    std::fs::create_dir_all(&folder)?;
    let guests: [(&str, Guest); 2] = [("gateway.wasm", gateway_1_0_0()), ("module.wasm", module_1_0_0())];
    for (name, guest) in guests {
        let path = folder.join(name);
        match std::fs::File::create_new(&path) {
            Ok(mut file) => {
                file.write_all(&guest.build())?;
                println!("{}: written", path.display());
            }
            Err(error) => println!("{}: kept as it is ({error})", path.display()),
        }
    }
    Ok(())
}
