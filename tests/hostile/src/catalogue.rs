//! Every attack.

use crate::attack::Attack;
use crate::families::{claims, effects, egress, files, floods, loops, memory, pages, secrets, templates, values};

/// All of them, family by family.
#[must_use]
pub fn attacks() -> Vec<Attack> {
    let families: [fn() -> Vec<Attack>; 11] = [
        loops::attacks,
        memory::attacks,
        values::attacks,
        files::attacks,
        floods::attacks,
        egress::attacks,
        secrets::attacks,
        templates::attacks,
        pages::attacks,
        claims::attacks,
        effects::attacks,
    ];
    families.iter().flat_map(|family| family()).collect()
}
