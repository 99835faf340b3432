//! A device that keeps passkeys, as Chromium simulates one for tests of `WebAuthn`.

use anyhow::Context;
use serde_json::{Value, json};

use super::Browser;

/// A device with a finger reader, in this browser.
pub struct Device(String);

impl Browser {
    /// From now on passkeys are made and used without anybody who would have to lift a finger.
    ///
    /// # Errors
    /// Where the browser does not answer.
    pub async fn device(&self) -> anyhow::Result<Device> {
        self.devtools("WebAuthn.enable", json!({})).await?;
        let options = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
            "automaticPresenceSimulation": true,
        });
        let added = self.devtools("WebAuthn.addVirtualAuthenticator", json!({ "options": options })).await?;
        let id = added.pointer("/authenticatorId").and_then(Value::as_str).context("the device has an id")?;
        Ok(Device(id.to_owned()))
    }

    /// Whether the finger on the device is its owner's.
    ///
    /// # Errors
    /// Where the browser does not answer.
    pub async fn verified(&self, device: &Device, verified: bool) -> anyhow::Result<()> {
        let set = json!({ "authenticatorId": device.0, "isUserVerified": verified });
        self.devtools("WebAuthn.setUserVerified", set).await.map(drop)
    }
}
