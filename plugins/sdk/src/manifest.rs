//! Builders for what both kinds of manifest have: configuration, templates, translations, a logo.

use crate::bindings::shared::tollgate::plugin::types::{
    Assets, Choice, Condition, Field, FieldKind, Group, Image, ImageKind, Template, Text, Translation,
};

impl Field {
    /// An optional field without help.
    #[must_use]
    pub fn new(key: &str, label: Text, kind: FieldKind) -> Self {
        Self { key: key.into(), label, help: None, kind, required: false, required_when: None, initial: None }
    }

    #[must_use]
    pub fn help(mut self, help: Text) -> Self {
        self.help = Some(help);
        self
    }

    /// While it is empty the instance is off.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Required while another field of the same group has a certain value.
    #[must_use]
    pub fn required_when(mut self, condition: Condition) -> Self {
        self.required_when = Some(condition);
        self
    }

    /// What the form starts with.
    #[must_use]
    pub fn initial(mut self, value: impl Into<String>) -> Self {
        self.initial = Some(value.into());
        self
    }
}

impl Choice {
    #[must_use]
    pub fn new(value: &str, label: Text) -> Self {
        Self { value: value.into(), label }
    }
}

impl Group {
    /// Fields that stand once. `key` is empty for the fields outside any group.
    #[must_use]
    pub fn once(key: &str, label: Text) -> Self {
        Self { key: key.into(), label, help: None, entries_max: 1, fields: Vec::new() }
    }

    /// A list: staff add and remove entries, up to `entries_max`.
    #[must_use]
    pub fn repeating(key: &str, label: Text, entries_max: u32) -> Self {
        Self { entries_max, ..Self::once(key, label) }
    }

    #[must_use]
    pub fn help(mut self, help: Text) -> Self {
        self.help = Some(help);
        self
    }

    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }
}

impl Assets {
    /// Nothing yet.
    #[must_use]
    pub fn empty() -> Self {
        Self { templates: Vec::new(), translations: Vec::new(), logo: None }
    }

    /// `source` is usually an `include_str!`.
    #[must_use]
    pub fn template(mut self, name: &str, source: &str) -> Self {
        self.templates.push(Template { name: name.into(), source: source.into() });
        self
    }

    /// A Fluent file; `en` is required.
    #[must_use]
    pub fn translation(mut self, locale: &str, source: &str) -> Self {
        self.translations.push(Translation { locale: locale.into(), source: source.into() });
        self
    }

    #[must_use]
    pub fn logo_svg(mut self, source: &str) -> Self {
        self.logo = Some(Image { kind: ImageKind::Svg, bytes: source.into() });
        self
    }

    #[must_use]
    pub fn logo_png(mut self, bytes: &[u8]) -> Self {
        self.logo = Some(Image { kind: ImageKind::Png, bytes: bytes.into() });
        self
    }
}
