//! Reads the HTML of a plugin's template as a browser would, so that nothing of it can reach out of its region:
//! only harmless tags and attributes, all closed, and values only in text or between quotes.

use handlebars::template::{HelperTemplate, Template, TemplateElement};

use super::tags::{ATTRIBUTES, TAGS, VOID_TAGS, is_open_attribute};
use crate::problem::TemplateProblem;

/// Helpers that write tags, and so stand in text only.
const WRITE_TAGS: [&str; 10] =
    ["t_link", "date", "datetime", "ago", "form", "field_error", "error_summary", "copy_button", "qr", "icon"];
/// Writes attributes, and so stands inside a tag only.
const WRITES_ATTRIBUTES: &str = "error_attrs";

/// Checks one template.
///
/// # Errors
/// The first thing that could break out of the region, with its line.
pub fn check_markup(file: &str, template: &Template) -> Result<(), TemplateProblem> {
    let mut reader = Reader { file, line: 1, place: Place::Text, open: Vec::new(), word: String::new() };
    reader.template(template)?;
    match (&reader.place, reader.open.last()) {
        (Place::Text, None) => Ok(()),
        (Place::Text, Some(tag)) => {
            let what = format!("<{tag}> is not closed");
            reader.refuse(what)
        }
        _ => reader.refuse("ends inside a tag"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    /// After `<`.
    TagStart,
    TagName {
        closing: bool,
    },
    /// Between attributes. `spaced` once a space made room for the next.
    InTag {
        spaced: bool,
    },
    AttributeName,
    /// After `=`.
    ValueStart,
    Value {
        quote: char,
    },
    /// After the `/` of `<br/>`.
    TagEnd,
}

struct Reader<'a> {
    file: &'a str,
    line: usize,
    place: Place,
    /// Tags that are open, the innermost last; the one that is being read, too.
    open: Vec<String>,
    /// The name that is being read.
    word: String,
}

type Read<T = ()> = Result<T, TemplateProblem>;

impl Reader<'_> {
    fn refuse<T>(&self, what: impl Into<String>) -> Read<T> {
        Err(TemplateProblem::new(self.file, Some(self.line), what))
    }

    fn template(&mut self, template: &Template) -> Read {
        for (index, element) in template.elements.iter().enumerate() {
            if let Some(mapping) = template.mapping.get(index) {
                self.line = mapping.0;
            }
            match element {
                TemplateElement::RawString(text) => self.text(text)?,
                TemplateElement::Expression(helper) => self.expression(helper)?,
                TemplateElement::HelperBlock(helper) => self.block(helper)?,
                TemplateElement::Comment(_) => {}
                _ if self.place == Place::Text => {}
                _ => return self.refuse("a partial stands in text, not inside a tag"),
            }
        }
        Ok(())
    }

    fn expression(&mut self, helper: &HelperTemplate) -> Read {
        let name = helper.name.as_name().unwrap_or_default();
        let writes_tags = WRITE_TAGS.contains(&name);
        let writes_attributes = name == WRITES_ATTRIBUTES;
        match self.place {
            Place::Text if !writes_attributes => Ok(()),
            Place::Value { .. } if !writes_tags && !writes_attributes => Ok(()),
            Place::TagName { closing: false } | Place::InTag { .. } | Place::AttributeName if writes_attributes => {
                self.end_word()?;
                self.place = Place::InTag { spaced: false };
                Ok(())
            }
            Place::Text => self.refuse("“error_attrs” stands inside a tag"),
            Place::Value { .. } => self.refuse(format!("“{name}” writes tags and cannot stand in an attribute")),
            _ => self.refuse(format!("put “{{{{{name}}}}}” into text or between the quotes of an attribute")),
        }
    }

    /// Every way through a block must come out where it went in.
    fn block(&mut self, helper: &HelperTemplate) -> Read {
        let name = helper.name.as_name().unwrap_or_default();
        if name == "form" && self.place != Place::Text {
            return self.refuse("“form” stands in text, not inside a tag");
        }
        self.settle()?;
        let (place, depth) = (self.place, self.open.len());
        let mut spaced = matches!(place, Place::InTag { spaced: true });
        for inner in helper.template.iter().chain(&helper.inverse) {
            self.place = place;
            self.template(inner)?;
            self.settle()?;
            let same_place = match (place, self.place) {
                (Place::InTag { .. }, Place::InTag { spaced: now }) => {
                    spaced &= now;
                    true
                }
                (before, after) => before == after,
            };
            if !same_place || self.open.len() != depth {
                return self.refuse(format!("a tag that is opened within “{name}” is closed within it"));
            }
        }
        if matches!(place, Place::InTag { .. }) {
            self.place = Place::InTag { spaced };
        }
        Ok(())
    }

    /// A name ends where a block begins or ends.
    fn settle(&mut self) -> Read {
        match self.place {
            Place::TagName { closing: false } | Place::AttributeName => {
                self.end_word()?;
                self.place = Place::InTag { spaced: false };
                Ok(())
            }
            Place::Text | Place::InTag { .. } | Place::Value { .. } => Ok(()),
            _ => self.refuse("a block cannot begin or end in the middle of a tag's name or before a value"),
        }
    }

    fn text(&mut self, text: &str) -> Read {
        for letter in text.chars() {
            self.letter(letter)?;
            if letter == '\n' {
                self.line += 1;
            }
        }
        Ok(())
    }

    fn letter(&mut self, letter: char) -> Read {
        match self.place {
            Place::Text if letter == '<' => self.enter(Place::TagStart),
            Place::TagStart => self.tag_start(letter),
            Place::TagName { closing } => self.tag_name(letter, closing),
            Place::InTag { spaced } => self.in_tag(letter, spaced),
            Place::AttributeName => self.attribute_name(letter),
            Place::ValueStart => match letter {
                '"' | '\'' => self.enter(Place::Value { quote: letter }),
                _ => self.refuse("put attribute values in quotes"),
            },
            Place::Value { quote } if letter == quote => self.enter(Place::InTag { spaced: false }),
            Place::Value { .. } if letter == '<' => self.refuse("write “&lt;” for “<” in an attribute"),
            Place::Text | Place::Value { .. } => Ok(()),
            Place::TagEnd => match letter {
                '>' => self.end_tag(true),
                _ => self.refuse("a tag ends with “/>” or “>”"),
            },
        }
    }

    #[allow(clippy::unnecessary_wraps)] // an arm of `letter`, where the others may refuse
    fn enter(&mut self, place: Place) -> Read {
        self.place = place;
        Ok(())
    }

    fn tag_start(&mut self, letter: char) -> Read {
        let in_text_area = self.open.last().is_some_and(|tag| tag == "textarea");
        match letter {
            '/' => self.enter(Place::TagName { closing: true }),
            'a'..='z' if in_text_area => self.refuse("a textarea holds text only: write “&lt;” for “<”"),
            'a'..='z' => {
                self.word.push(letter);
                self.enter(Place::TagName { closing: false })
            }
            'A'..='Z' => self.refuse("write tags in small letters"),
            '!' => self.refuse("write comments as “{{! … }}”"),
            _ => self.refuse("write “&lt;” for “<” in text"),
        }
    }

    fn tag_name(&mut self, letter: char, closing: bool) -> Read {
        match letter {
            'a'..='z' | '0'..='9' => {
                self.word.push(letter);
                Ok(())
            }
            '>' if closing => self.close_tag(),
            _ if closing => self.refuse("a closing tag has a name and nothing else"),
            _ => {
                self.end_word()?;
                self.in_tag(letter, false)
            }
        }
    }

    fn in_tag(&mut self, letter: char, spaced: bool) -> Read {
        match letter {
            '>' => self.end_tag(false),
            '/' => self.enter(Place::TagEnd),
            letter if letter.is_ascii_whitespace() => self.enter(Place::InTag { spaced: true }),
            'a'..='z' if spaced => {
                self.word.push(letter);
                self.enter(Place::AttributeName)
            }
            'a'..='z' => self.refuse("put a space between attributes"),
            _ => self.refuse(format!("“{letter}” cannot stand inside a tag")),
        }
    }

    fn attribute_name(&mut self, letter: char) -> Read {
        match letter {
            'a'..='z' | '0'..='9' | '-' => {
                self.word.push(letter);
                Ok(())
            }
            '=' => {
                self.end_word()?;
                self.enter(Place::ValueStart)
            }
            _ => {
                self.end_word()?;
                self.in_tag(letter, false)
            }
        }
    }

    /// The name of a tag or an attribute is whole: may it stand here?
    fn end_word(&mut self) -> Read {
        let word = std::mem::take(&mut self.word);
        match self.place {
            Place::TagName { .. } if TAGS.contains(&word.as_str()) => {
                self.open.push(word);
                Ok(())
            }
            Place::TagName { .. } => self.refuse(format!("<{word}> is not for plugins")),
            Place::AttributeName if ATTRIBUTES.contains(&word.as_str()) || is_open_attribute(&word) => Ok(()),
            Place::AttributeName => self.refuse(format!("the attribute “{word}” is not for plugins")),
            _ => Ok(()),
        }
    }

    /// `>` of an opening tag.
    fn end_tag(&mut self, slashed: bool) -> Read {
        self.place = Place::Text;
        let void = self.open.last().is_some_and(|tag| VOID_TAGS.contains(&tag.as_str()));
        if void {
            self.open.pop();
        } else if slashed {
            return self.refuse("only tags without content end with “/>”");
        }
        Ok(())
    }

    fn close_tag(&mut self) -> Read {
        let word = std::mem::take(&mut self.word);
        self.place = Place::Text;
        match self.open.pop() {
            Some(tag) if tag == word => Ok(()),
            Some(tag) => self.refuse(format!("</{word}> stands where <{tag}> is open")),
            None => self.refuse(format!("</{word}> closes what was not opened")),
        }
    }
}
