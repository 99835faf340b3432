//! The second step of somebody of staff, after the password.

use super::login::{START, back_office_path};
use crate::guard::Door;
use crate::second_step::{HasPlace, Place};

pub(crate) struct StaffDoor;

impl HasPlace for StaffDoor {
    const PLACE: Place = Place {
        door: Door::Staff,
        login: "/admin/login",
        page: "/admin/login/second-step",
        template: "admin/second-step",
        start: START,
        within: back_office_path,
        brand: Some(START),
    };
}
