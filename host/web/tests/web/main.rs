//! The web as browsers and attackers meet it: the real router, the real store, scripted plugins.

mod admin;
mod admin_configure;
mod admin_record;
mod admin_secrets;
mod admin_webhooks;
mod browser;
mod confined;
mod forms;
mod hooks;
mod hooks_again;
mod hooks_lessons;
mod house;
mod login;
mod pages;
mod plugin_templates;
mod plugins;
mod refunding;
mod refunds;
mod refunds_admin;
mod safe;
mod statuses;
mod sweep;
mod theme;
