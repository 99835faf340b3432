//! Templates of plugins with any data: a JSON object of `page` (the template), `more` (a second one), `english` (its Fluent
//! file), `data`, and `confined` for the page with scripts, in its frame. What comes out is read as a browser would.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use tollgate_web::check_templates;

use super::hold;
use crate::html::{Tag, runs, tags};
use crate::puppet::{PAGE, manifest};
use crate::stage::{Seat, Stage};

/// The region that a plugin's template fills, and as much again for what the host's helpers count.
const REGION_BYTES_MAX: usize = 512 << 10;
/// Of one page, on a machine that is busy with other things too.
const RENDER_MAX: Duration = Duration::from_secs(5);
/// What stands where the region is.
const MARK: &str = "zqzqzq";
/// What plugins may write and what the host's helpers write for them.
const TAGS: [&str; 75] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "button",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figcaption",
    "figure",
    "form",
    "g",
    "h2",
    "h3",
    "h4",
    "h5",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "mark",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "path",
    "pre",
    "progress",
    "q",
    "rect",
    "s",
    "samp",
    "section",
    "select",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "use",
    "var",
    "wbr",
];
const VOID: [&str; 9] = ["br", "col", "hr", "img", "input", "path", "rect", "use", "wbr"];
const ADDRESSES: [&str; 7] = ["href", "src", "cite", "poster", "srcset", "xlink:href", "data"];

struct Setting {
    stage: Stage,
    seat: Seat,
    path: String,
    before: String,
    after: String,
    /// The tags around the region of a page with scripts.
    frame: Vec<Tag>,
}

fn setting() -> &'static Setting {
    static SETTING: OnceLock<Setting> = OnceLock::new();
    SETTING.get_or_init(|| {
        let stage = Stage::open();
        let (seat, path) = (stage.client_seat(), format!("/billing/payments/{}", stage.payment));
        stage.puppet.plays(manifest(&[(PAGE, MARK)], ""), "{}".to_owned(), true);
        let frame = stage.frame(&stage.get(&seat, &path).body).expect("the page has its frame").body;
        assert!(frame.contains(MARK), "the frame has its region: {frame}");
        stage.puppet.plays(manifest(&[(PAGE, MARK)], ""), "{}".to_owned(), false);
        let page = still(&stage.get(&seat, &path).body);
        let (before, after) = page.split_once(MARK).expect("the page has its region");
        let (before, after) = (before.to_owned(), after.to_owned());
        Setting { stage, seat, path, before, after, frame: tags(&frame) }
    })
}

/// A page without what differs each time it is drawn: the keys and tokens of its forms.
fn still(page: &str) -> String {
    let mut rest = page;
    let mut text = String::with_capacity(page.len());
    while let Some(at) =
        rest.find("name=\"form_key\" value=\"").into_iter().chain(rest.find("name=\"csrf\" value=\"")).min()
    {
        let (before, from) = rest.split_at(at);
        let (name, value) = from.split_once(" value=\"").unwrap_or((from, ""));
        text.push_str(before);
        text.push_str(name);
        rest = value.split_once('"').map_or("", |(_, after)| after);
    }
    text + rest
}

/// # Errors
/// Where a page reaches out of its region, runs a script, or has no end.
pub fn run(input: &[u8]) -> Result<String, String> {
    let Ok(json) = serde_json::from_slice::<Value>(input) else { return Ok("no template".to_owned()) };
    let text = |name: &str| json[name].as_str().unwrap_or_default();
    let plugin = manifest(&[(PAGE, text("page")), ("more", text("more"))], text("english"));
    if let Err(problem) = check_templates(&plugin) {
        let own: String = problem.to_string().split(['“', '”', '`', '"']).step_by(2).collect();
        return Ok(own.chars().filter(char::is_ascii_alphabetic).take(80).collect());
    }
    let Setting { stage, seat, path, before, after, frame } = setting();
    let confined = json["confined"] == Value::Bool(true);
    stage.puppet.plays(plugin, json["data"].to_string(), confined);
    let began = Instant::now();
    let answer = stage.get(seat, path);
    let took = began.elapsed();
    hold(took < RENDER_MAX, || format!("a page took {took:?}"))?;
    if answer.status != 200 {
        return Ok(format!("no page, status {}", answer.status));
    }
    if confined {
        let shown = stage.frame(&answer.body).ok_or_else(|| "the page has no frame".to_owned())?;
        hold(shown.body.len() <= REGION_BYTES_MAX, || format!("a frame of {} bytes", shown.body.len()))?;
        return in_frame(tags(&shown.body), frame);
    }
    let page = still(&answer.body);
    let region = page.strip_prefix(before.as_str()).and_then(|rest| rest.strip_suffix(after.as_str()));
    let region = region.ok_or_else(|| "the page around the region is another".to_owned())?;
    hold(region.len() <= REGION_BYTES_MAX, || format!("a region of {} bytes", region.len()))?;
    harmless(&tags(region), path)
}

/// The document around the region is the host's own, but for the data that it hands to the plugin's scripts.
fn in_frame(mut shown: Vec<Tag>, frame: &[Tag]) -> Result<String, String> {
    let (ends, begins) = (2, frame.len() - 2);
    hold(shown.len() >= frame.len(), || "the document has lost its own tags".to_owned())?;
    let after = shown.split_off(shown.len() - ends);
    let region = shown.split_off(begins);
    let own = |tag: &Tag| {
        let attributes = tag.attributes.iter().filter(|(name, _)| name != "data-page").cloned().collect();
        Tag { name: tag.name.clone(), is_end: tag.is_end, attributes }
    };
    let around: Vec<Tag> = shown.iter().chain(&after).map(own).collect();
    hold(around == frame.iter().map(own).collect::<Vec<_>>(), || format!("around the region is {around:?}"))?;
    let form = region.iter().find(|tag| tag.name == "form");
    hold(form.is_none(), || "there is a form where no session is".to_owned())?;
    harmless(&region, "").map(|words| format!("in its frame, {words}"))
}

fn harmless(tags: &[Tag], path: &str) -> Result<String, String> {
    let mut open: Vec<&str> = Vec::new();
    for tag in tags {
        let name = tag.name.as_str();
        hold(TAGS.contains(&name), || format!("there is a <{name}>"))?;
        if tag.is_end {
            hold(open.pop() == Some(name), || format!("</{name}> closes what is not its own, after {open:?}"))?;
            continue;
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
        for (attribute, value) in &tag.attributes {
            hold(!attribute.starts_with("on"), || format!("<{name}> does something: {attribute}"))?;
            let address = ADDRESSES.contains(&attribute.as_str());
            hold(!address || !runs(value), || format!("<{name}> leads to a script: {value:?}"))?;
            let elsewhere = matches!(attribute.as_str(), "formaction" | "srcdoc" | "style" | "ping");
            hold(!elsewhere, || format!("<{name}> has {attribute}"))?;
            hold(attribute != "action" || value == path, || format!("<{name}> goes to {value:?}"))?;
        }
    }
    hold(open.is_empty(), || format!("{open:?} stay open"))?;
    Ok(format!("a page of {}", tags.iter().map(|tag| tag.name.as_str()).take(12).collect::<String>()))
}
