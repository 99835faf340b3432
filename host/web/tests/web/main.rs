//! The web as browsers and attackers meet it: the real router, the real store, scripted plugins.

mod admin;
mod admin_configure;
mod admin_record;
mod admin_secrets;
mod admin_webhooks;
mod browser;
mod charges;
mod confined;
mod forms;
mod hooks;
mod hooks_again;
mod hooks_lessons;
mod house;
mod login;
mod methods;
mod methods_pages;
mod pages;
mod plugin_templates;
mod plugins;
mod safe;
mod statuses;
mod sweep;
mod theme;
