//! The web as browsers and attackers meet it: the real router, the real store, scripted plugins.

mod admin;
mod admin_configure;
mod admin_record;
mod browser;
mod confined;
mod forms;
mod house;
mod login;
mod pages;
mod plugin_templates;
mod plugins;
mod statuses;
mod theme;
