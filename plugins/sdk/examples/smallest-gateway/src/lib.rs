//! A gateway for a counter where clients pay in cash; staff record what they paid.

use tollgate_sdk::gateway::{Gateway, Manifest, Payment, Step, Verified, Webhook, WebhookRefusal};
use tollgate_sdk::{
    Amount, Assets, ConfigDepth, ConfigError, ConfigReport, Error, Field, FieldErrors, FieldKind, Identity, Instance,
    Text, export_gateway,
};

struct Counter;

export_gateway!(Counter);

impl Gateway for Counter {
    fn describe() -> Manifest {
        let identity = Identity {
            id: "counter".into(),
            name: "Cash at the counter".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            publisher: "Example".into(),
            licence: "Apache-2.0".into(),
            summary: Text::msg("summary"),
        };
        let address = Field::new("address", Text::msg("address"), FieldKind::Line(200)).required();
        Manifest::new(identity, Text::msg("help"))
            .fields(Text::msg("counter"), [address])
            .assets(Assets::empty().translation("en", include_str!("../translations/en.ftl")))
    }

    fn check_config(instance: &Instance, _: ConfigDepth) -> Result<ConfigReport, ConfigError> {
        let mut errors = FieldErrors::default();
        if !instance.settings().is_set("address") {
            errors.add("address", Text::msg("address-missing"));
        }
        errors.into_result().map_err(ConfigError::Fields)?;
        Ok(ConfigReport { currencies: Vec::new(), notes: Vec::new() })
    }

    fn pay_now(instance: &Instance, payment: &Payment) -> Result<Step, Error> {
        let bring = Text::msg("bring")
            .arg("amount", Amount::try_from(&payment.amount)?)
            .arg("address", instance.settings().text("address"))
            .arg("reference", &payment.reference);
        Ok(Step::wait(bring))
    }

    fn verify(_: &Instance, _: &Webhook) -> Result<Verified, WebhookRefusal> {
        Err(WebhookRefusal::Forged("a counter sends no webhooks".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_sdk::gateway::NextStep;
    use tollgate_sdk::testing;

    #[test]
    fn the_client_reads_where_to_bring_how_much() {
        let instance = Instance::with_settings([("address", "1 Main Street")]);
        let step = Counter::pay_now(&instance, &testing::payment(1_050, "EUR")).unwrap();
        let NextStep::Wait(text) = step.next else { panic!("the client is told what to bring") };
        let said = ["amount", "address"].map(|name| text.value(name).unwrap_or_default());
        assert_eq!(said, ["EUR 10.50", "1 Main Street"]);
    }

    #[test]
    fn an_instance_without_an_address_is_refused_by_the_field_s_name() {
        let refusal = Counter::check_config(&Instance::with_settings([]), ConfigDepth::Values);
        assert!(matches!(refusal, Err(ConfigError::Fields(errors)) if errors[0].field == "address"));
    }
}
