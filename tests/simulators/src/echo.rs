//! A provider that repeats credentials in what it answers, as real ones have done in error texts: whatever a request
//! brought, in the clothes in which JSON, URLs and headers carry it.

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::faults::Fault;

/// Makes room in a body for text that is escaped already.
const ESCAPED: &str = "@escaped@";

/// What a request brought to be let in, taken apart, and what the fault names beside it.
#[must_use]
pub fn credentials(headers: &HeaderMap, fault: &Fault) -> Vec<String> {
    let mut words = fault.says.clone();
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some((scheme, value)) = sent.and_then(|text| text.split_once(' ')) {
        let pair = STANDARD.decode(value).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"));
        if let Some(pair) = pair.and_then(|pair| String::from_utf8(pair).ok()) {
            words.extend(pair.split_once(':').map(|(_, secret)| secret.to_owned()));
            words.push(pair);
        }
        words.extend([value.to_owned(), format!("{scheme} {value}")]);
    }
    words
}

/// The request refused, or answered with nothing but credentials where the fault's status is one of success.
#[must_use]
pub fn refusal(words: &[String], fault: &Fault) -> Response {
    let dressed = dressed(words);
    let first = words.first().map(String::as_str).unwrap_or_default();
    let said = format!("{first} {}", dressed.join(" "));
    let body = json!({
        "error": {
            "type": "invalid_request_error", "code": first, "message": said, "param": first, "decline_code": first,
            "doc_url": format!("https://example.com/{first}"),
        },
        "error_description": said, "name": first, "message": said, "debug_id": first,
        "details": [{ "issue": first, "description": said, "field": first, "value": said }],
        "links": [{ "rel": "information_link", "href": format!("https://example.com/?key={first}") }],
        "escaped": ESCAPED, "nested": json!({ "said": words }).to_string(),
    });
    let body = body.to_string().replace(ESCAPED, &words.iter().map(|word| unit_by_unit(word)).collect::<String>());
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::UNAUTHORIZED);
    let answer = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    with_headers(answer, words)
}

/// The true answer with the credentials beside what it says: one more member of a JSON object, which nobody asked for.
#[must_use]
pub fn beside(answer: Response, body: &Bytes, words: &[String]) -> Response {
    let Ok(Value::Object(mut object)) = serde_json::from_slice(body) else { return with_headers(answer, words) };
    object.insert("echoed".to_owned(), json!(dressed(words)));
    let (mut parts, _) = answer.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    with_headers(Response::from_parts(parts, Value::Object(object).to_string().into()), words)
}

fn with_headers(mut answer: Response, words: &[String]) -> Response {
    for word in words {
        let values = [
            ("www-authenticate", format!("Bearer error=\"{word}\"")),
            ("location", format!("https://example.com/?key={}", percent(word))),
            ("x-echoed", word.clone()),
        ];
        for (name, value) in values {
            if let Ok(value) = HeaderValue::from_str(&value) {
                answer.headers_mut().append(name, value);
            }
        }
    }
    answer
}

/// Each word as it is, and as others would write it.
fn dressed(words: &[String]) -> Vec<String> {
    let clothes = |word: &String| {
        let [plain, url] = [STANDARD.encode(word), URL_SAFE_NO_PAD.encode(word)];
        [word.clone(), percent(word), hexadecimal(word), plain, url, unit_by_unit(word)]
    };
    words.iter().flat_map(clothes).collect()
}

/// As JSON may write any character.
fn unit_by_unit(word: &str) -> String {
    word.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn percent(word: &str) -> String {
    url::form_urlencoded::byte_serialize(word.as_bytes()).collect()
}

fn hexadecimal(word: &str) -> String {
    word.bytes().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;
    use crate::faults::Kind;

    fn headers(authorization: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, authorization.parse().unwrap())])
    }

    fn fault() -> Fault {
        Fault { says: vec!["whsec_said".to_owned()], ..Fault::once("GET", "/", Kind::Echo) }
    }

    #[test]
    fn credentials_are_taken_apart() {
        let bearer = credentials(&headers("Bearer sk_test_1"), &fault());
        assert_eq!(bearer, ["whsec_said", "sk_test_1", "Bearer sk_test_1"]);
        // printf 'id:s3:cret' | base64
        let basic = credentials(&headers("Basic aWQ6czM6Y3JldA=="), &fault());
        assert_eq!(basic[1..3], ["s3:cret", "id:s3:cret"]);
        assert_eq!(credentials(&HeaderMap::new(), &fault()), ["whsec_said"]);
    }

    #[tokio::test]
    async fn what_was_brought_is_in_the_text_and_in_the_headers() {
        let words = credentials(&headers("Bearer sk_test_1"), &fault());
        let answer = refusal(&words, &Fault { status: 422, ..fault() });
        assert_eq!(answer.status(), 422);
        assert!(answer.headers().get_all("x-echoed").iter().any(|value| value == "sk_test_1"));
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let said = body["error"]["message"].as_str().unwrap();
        for clothes in ["sk_test_1", "736B5F746573745F31", "c2tfdGVzdF8x", "\\u0073\\u006b"] {
            assert!(said.contains(clothes), "{clothes} is not in {said}");
        }
    }

    #[tokio::test]
    async fn a_true_answer_stays_true() {
        let body = Bytes::from_static(b"{\"id\":\"pi_1\"}");
        let answer = beside((StatusCode::OK, body.clone()).into_response(), &body, &["sk_test_1".to_owned()]);
        let text = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let read: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!((read["id"].as_str(), read["echoed"][0].as_str()), (Some("pi_1"), Some("sk_test_1")));
    }
}
