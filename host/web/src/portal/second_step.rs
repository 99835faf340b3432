//! A client's second step, after the password.

use super::login::{START, local_path};
use crate::guard::Door;
use crate::second_step::{HasPlace, Place};

pub(crate) struct ClientDoor;

impl HasPlace for ClientDoor {
    const PLACE: Place = Place {
        door: Door::Client,
        login: "/login",
        page: "/login/second-step",
        template: "portal/second-step",
        start: START,
        within: local_path,
        brand: None,
    };
}
