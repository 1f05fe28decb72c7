//! Reads single fields of `jsonData`, with errors that name them.

use super::{NumberSetting, SettingsError};
use serde_json::{Map, Value};
use std::{collections::HashMap, time::Duration};

/// A JSON object of the settings. Unknown members are ignored: Grafana adds its own.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// Name of the object with a dot at its end; empty for `jsonData` itself.
    prefix: String,
}

impl<'a> Fields<'a> {
    pub(super) fn new(object: &'a Map<String, Value>, prefix: String) -> Self {
        Self { object, prefix }
    }

    /// Full name of a field.
    pub(super) fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    pub(super) fn missing(&self, key: &str) -> SettingsError {
        SettingsError::Missing { field: self.name(key) }
    }

    fn wrong(&self, key: &str, expected: &'static str) -> SettingsError {
        SettingsError::WrongType { field: self.name(key), expected }
    }

    /// `None` for a field that is absent, null or the empty text. A provisioning file has an empty text when its variable is
    /// unset.
    fn value(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key).filter(|value| match value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        })
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<String>, SettingsError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
            Some(_) => Err(self.wrong(key, "a text")),
        }
    }

    pub(super) fn needed_text(&self, key: &str) -> Result<String, SettingsError> {
        self.text(key)?.ok_or_else(|| self.missing(key))
    }

    pub(super) fn flag(&self, key: &str) -> Result<bool, SettingsError> {
        match self.value(key) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            Some(_) => Err(self.wrong(key, "true or false")),
        }
    }

    /// A whole number. It may be a text, since provisioning files with variables have texts.
    pub(super) fn number(&self, setting: &NumberSetting) -> Result<Option<u64>, SettingsError> {
        let &NumberSetting { key, min: least, max: most, .. } = setting;
        let number = match self.value(key) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        let number = number.ok_or_else(|| self.wrong(key, "a whole number"))?;
        if (least..=most).contains(&number) {
            Ok(Some(number))
        } else {
            Err(SettingsError::OutOfRange { field: key, least, most })
        }
    }

    pub(super) fn seconds(&self, setting: &NumberSetting) -> Result<Duration, SettingsError> {
        Ok(Duration::from_secs(self.number(setting)?.unwrap_or(setting.default)))
    }

    /// A list of texts: trimmed, without empty ones and without repetitions (case doesn't matter), each accepted by
    /// `valid`.
    pub(super) fn texts(
        &self,
        key: &str,
        expected: &'static str,
        valid: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, SettingsError> {
        let mut texts: Vec<String> = Vec::new();
        for (index, value) in self.list(key)?.iter().enumerate() {
            let name = format!("{key}[{index}]");
            let text = value.as_str().ok_or_else(|| self.wrong(&name, expected))?.trim();
            if text.is_empty() || texts.iter().any(|known| known.eq_ignore_ascii_case(text)) {
                continue;
            }
            if !valid(text) {
                return Err(self.wrong(&name, expected));
            }
            texts.push(text.to_owned());
        }
        Ok(texts)
    }

    /// The objects of a list.
    pub(super) fn objects(&self, key: &str) -> Result<Vec<Self>, SettingsError> {
        let objects = self.list(key)?.iter().enumerate().map(|(index, value)| {
            let name = format!("{key}[{index}]");
            let object = value.as_object().ok_or_else(|| self.wrong(&name, "an object"))?;
            Ok(Self::new(object, format!("{}.", self.name(&name))))
        });
        objects.collect()
    }

    pub(super) fn object(&self, key: &str) -> Result<Option<Self>, SettingsError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Object(object)) => {
                Ok(Some(Self::new(object, format!("{}.", self.name(key)))))
            }
            Some(_) => Err(self.wrong(key, "an object")),
        }
    }

    fn list(&self, key: &str) -> Result<&'a [Value], SettingsError> {
        match self.value(key) {
            None => Ok(&[]),
            Some(Value::Array(values)) => Ok(values),
            Some(_) => Err(self.wrong(key, "a list")),
        }
    }
}

/// The first of several members of `secureJsonData` that isn't empty; the error names the first.
pub(super) fn secret(
    secure: &HashMap<String, String>,
    keys: &[&str],
) -> Result<String, SettingsError> {
    keys.iter()
        .find_map(|key| secure.get(*key).filter(|value| !value.is_empty()))
        .cloned()
        .ok_or_else(|| SettingsError::Missing {
            field: format!("secureJsonData.{}", keys.first().copied().unwrap_or_default()),
        })
}
