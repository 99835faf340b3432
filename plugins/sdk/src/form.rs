//! What a browser sent: a posted form or a query string. The client's word, never proof of anything.

/// Fields in the order they came.
///
/// ```
/// use tollgate_sdk::Form;
///
/// let query = Form::parse("token=5O190127&note=a+b%21");
/// assert_eq!(query.text("note"), "a b!");
/// assert_eq!(query.text("missing"), "");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`, as a query string or a webhook's body has it.
    /// What is not UTF-8 becomes U+FFFD.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self { fields: form_urlencoded::parse(text.as_bytes()).into_owned().collect() }
    }

    /// Writes `application/x-www-form-urlencoded`, as many providers want their requests.
    #[must_use]
    pub fn encode(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }

    /// The first field of that name, without surrounding spaces; empty where there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The first field of that name, without surrounding spaces. A button that was not pressed is `None`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl From<Vec<(String, String)>> for Form {
    fn from(fields: Vec<(String, String)>) -> Self {
        Self { fields }
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Form {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        Self { fields: fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}
