//! Rows of webhooks.

use rusqlite::Row;
use tollgate_billing::ids::{InstanceId, Timestamp, WebhookId};
use tollgate_billing::ports::Webhook;
use tollgate_billing::webhook::{StoredWebhook, WebhookRow, WebhookState};

use crate::fault::Fault;
use crate::row::Place;

pub(super) fn read(row: &Row<'_>) -> Result<WebhookRow, Fault> {
    let seq: i64 = row.get("seq")?;
    let place = Place { table: "webhooks", id: &seq };
    Ok(WebhookRow {
        id: WebhookId(seq),
        instance: InstanceId::new(row.get::<_, String>("instance_id")?),
        event: row.get("event_id")?,
        received: Timestamp(row.get("received")?),
        state: read_state(row)?,
        reason: row.get("reason")?,
        tries: place.small(row.get("tries")?, "tries")?,
        next_try: row.get::<_, Option<i64>>("next_try")?.map(Timestamp),
        claims: place.small(row.get("claims")?, "claims")?,
    })
}

pub(super) fn read_whole(row: &Row<'_>) -> Result<StoredWebhook, Fault> {
    let seq: i64 = row.get("seq")?;
    let headers: String = row.get("headers")?;
    let place = Place { table: "webhooks", id: &seq };
    let webhook = Webhook {
        body: row.get("body")?,
        headers: place.known(headers_of(&headers), "headers", "not a list of names and bytes")?,
        query: row.get("query")?,
        received: Timestamp(row.get("received")?),
    };
    Ok(StoredWebhook { row: read(row)?, webhook })
}

pub(super) fn read_state(row: &Row<'_>) -> Result<WebhookState, Fault> {
    let seq: i64 = row.get("seq")?;
    let code: String = row.get("state")?;
    Place { table: "webhooks", id: &seq }.known(WebhookState::from_code(&code), "state", &code)
}

/// Values are bytes, which JSON has not: each stands as the character of its number.
pub(super) fn headers_json(headers: &[(String, Vec<u8>)]) -> Result<String, Fault> {
    let text = |value: &[u8]| value.iter().copied().map(char::from).collect::<String>();
    let pairs: Vec<(&str, String)> = headers.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
    serde_json::to_string(&pairs).map_err(|error| Fault::corrupt(format!("the headers of a webhook: {error}")))
}

fn headers_of(json: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let pairs: Vec<(String, String)> = serde_json::from_str(json).ok()?;
    let bytes = |value: String| value.chars().map(|letter| u8::try_from(letter).ok()).collect::<Option<Vec<u8>>>();
    pairs.into_iter().map(|(name, value)| Some((name, bytes(value)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_back_byte_for_byte() {
        let every_byte: Vec<u8> = (0..=u8::MAX).collect();
        let headers =
            vec![("x-a".to_owned(), every_byte), ("x-a".to_owned(), Vec::new()), (String::new(), b"\"".to_vec())];
        assert_eq!(headers_of(&headers_json(&headers).unwrap()), Some(headers));
        assert_eq!(headers_of("[[\"a\",\"\u{100}\"]]"), None);
        assert_eq!(headers_of("{}"), None);
    }
}
