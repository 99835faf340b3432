//! The web as browsers and attackers meet it: the real router, the real store, scripted plugins.

mod admin;
mod admin_attention;
mod admin_configure;
mod admin_record;
mod admin_second_origin;
mod admin_secrets;
mod admin_webhook_setup;
mod admin_webhooks;
mod browser;
mod confined;
mod forms;
mod hooks;
mod hooks_again;
mod hooks_forgotten;
mod hooks_lessons;
mod house;
mod lessons;
mod login;
mod pages;
mod patience;
mod plugin_templates;
mod plugins;
mod safe;
mod statuses;
mod sweep;
mod theme;
