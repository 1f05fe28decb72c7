//! `params` of a saved query, read strictly: a mistyped key is an error that names the key. If it were ignored, a
//! mistyped filter would let everything through.
//!
//! Each query type declares the struct of its own parameters with [`params!`]. The struct, the reader of saved queries,
//! the editor's controls and the reference documentation come from that one declaration. [`Params`] adds the filters and
//! the row limit, which every query type has.

use super::error::QueryError;
use super::spec::{Choice, Control, ParamSpec};
use crate::inventory::Dimension;
use serde_json::{Map, Value};
use std::fmt::Debug;
use std::marker::PhantomData;

/// Most values in one list. "All" of a template variable may expand to every cluster of a large fleet.
const MAX_LIST: usize = 100_000;
/// Longest value of a list, in bytes.
const MAX_VALUE: usize = 4_096;
/// Most dimensions to group by at once.
const MAX_GROUP_BY: usize = 6;

/// The parameters of one query: checked, with defaults filled in.
#[derive(Clone, Debug)]
pub(in crate::query) struct Params<Own, Filters> {
    /// The parameters that only this query type has.
    pub(in crate::query) own: Own,
    /// The filters.
    pub(in crate::query) filters: Filters,
    /// Most rows of the answer.
    pub(in crate::query) limit: usize,
}

/// The row limit, which every query type has.
const LIMIT: Param<Number> = Param {
    name: "limit",
    label: "Row limit",
    help: "Most rows to show; a notice says when rows were left out.",
    control: Number { min: 1, max: 1_000_000, default: 10_000 },
};

impl<Own: ParamSet, Filters: ParamSet> Params<Own, Filters> {
    /// All parameters, in the order of the editor.
    pub(in crate::query) fn specs() -> Vec<ParamSpec> {
        let mut specs = Own::specs();
        specs.extend(Filters::specs());
        specs.push(LIMIT.spec());
        specs
    }

    /// Reads `params`. A list may also be given as one text, which is then its only value. Empty texts count as
    /// missing, because an unset template variable leaves one behind.
    ///
    /// # Errors
    /// A key is unknown; a value has the wrong type, is out of bounds, or isn't one of the choices; a required
    /// parameter is missing.
    pub(in crate::query) fn read(
        query_type: &'static str,
        params: &Map<String, Value>,
    ) -> Result<Self, QueryError> {
        let specs = Self::specs();
        if let Some(unknown) =
            params.keys().find(|key| !specs.iter().any(|spec| spec.name == **key))
        {
            return Err(QueryError::UnknownParam {
                query_type,
                name: shown(unknown),
                known: specs.iter().map(|spec| spec.name).collect(),
            });
        }
        let given = Given { query_type, params };
        Ok(Self {
            own: Own::read(&given)?,
            filters: Filters::read(&given)?,
            limit: usize::try_from(LIMIT.read(&given)?).unwrap_or(usize::MAX),
        })
    }
}

/// Parameters that are declared together. [`params!`] implements it.
pub(in crate::query) trait ParamSet:
    Clone + Debug + Send + Sync + 'static
{
    /// The parameters, in the order of the editor.
    fn specs() -> Vec<ParamSpec>;

    /// Reads all parameters of the set.
    ///
    /// # Errors
    /// A value is invalid.
    fn read(given: &Given<'_>) -> Result<Self, QueryError>;
}

/// No parameters.
impl ParamSet for () {
    fn specs() -> Vec<ParamSpec> {
        Vec::new()
    }

    fn read(_: &Given<'_>) -> Result<Self, QueryError> {
        Ok(())
    }
}

/// The saved `params`, and the query type for error messages.
pub(in crate::query) struct Given<'a> {
    query_type: &'static str,
    params: &'a Map<String, Value>,
}

/// The declaration of one parameter.
#[derive(Clone, Copy, Debug)]
pub(in crate::query) struct Param<C> {
    /// Its name in `params`.
    pub(in crate::query) name: &'static str,
    /// Heading in the editor.
    pub(in crate::query) label: &'static str,
    /// What the parameter does.
    pub(in crate::query) help: &'static str,
    /// How the parameter is entered and read.
    pub(in crate::query) control: C,
}

impl<C: ParamControl> Param<C> {
    pub(in crate::query) fn spec(&self) -> ParamSpec {
        let Self { name, label, help, ref control } = *self;
        let chooses_format = C::CHOOSES_FORMAT;
        ParamSpec { name, label, help, control: control.control(), chooses_format }
    }

    /// Reads the value of this parameter.
    ///
    /// # Errors
    /// The value is invalid.
    pub(in crate::query) fn read(&self, given: &Given<'_>) -> Result<C::Value, QueryError>
    where
        C: ReadAlone,
    {
        self.checked(given, |value| self.control.read(value))
    }

    /// Reads the value of this parameter, whose choices depend on `earlier`, a parameter that was read before.
    ///
    /// # Errors
    /// The value is invalid.
    pub(in crate::query) fn read_after(
        &self,
        given: &Given<'_>,
        earlier: C::Earlier,
    ) -> Result<C::Value, QueryError>
    where
        C: ReadAfter,
    {
        self.checked(given, |value| self.control.read_after(value, earlier))
    }

    fn checked(
        &self,
        given: &Given<'_>,
        read: impl FnOnce(Option<&Value>) -> Result<C::Value, String>,
    ) -> Result<C::Value, QueryError> {
        let value = given.params.get(self.name).filter(|value| !value.is_null());
        let query_type = given.query_type;
        read(value).map_err(|expected| QueryError::BadParam {
            query_type,
            name: self.name,
            expected,
        })
    }
}

/// The description of a parameter whose value is of type `V`.
pub(in crate::query) fn spec_of<V, C: ParamControl<Value = V>>(param: &Param<C>) -> ParamSpec {
    param.spec()
}

/// A way to enter a parameter; this also decides the type of its value.
pub(in crate::query) trait ParamControl {
    /// Type of the value.
    type Value;

    /// Whether the parameter chooses between the formats of the answer.
    const CHOOSES_FORMAT: bool = false;

    /// The control that the editor shows.
    fn control(&self) -> Control;
}

/// A control whose value is read from the saved query alone.
pub(in crate::query) trait ReadAlone: ParamControl {
    /// Reads the saved value. `None`: the parameter isn't given.
    ///
    /// # Errors
    /// What was expected, as the end of the sentence "the parameter must be …".
    fn read(&self, given: Option<&Value>) -> Result<Self::Value, String>;
}

/// A control whose choices depend on another parameter.
pub(in crate::query) trait ReadAfter: ParamControl {
    /// The value of the other parameter.
    type Earlier;

    /// Reads the saved value. `None`: the parameter isn't given.
    ///
    /// # Errors
    /// What was expected, as the end of the sentence "the parameter must be …".
    fn read_after(
        &self,
        given: Option<&Value>,
        earlier: Self::Earlier,
    ) -> Result<Self::Value, String>;
}

/// A list of texts; the editor suggests the values of a dimension.
#[derive(Clone, Copy, Debug)]
pub(in crate::query) struct Texts(pub(in crate::query) Dimension);

impl ParamControl for Texts {
    type Value = Vec<String>;

    fn control(&self) -> Control {
        Control::Values(self.0)
    }
}

impl ReadAlone for Texts {
    fn read(&self, given: Option<&Value>) -> Result<Vec<String>, String> {
        let texts = texts(given)?;
        match texts.iter().find(|text| is_variable(text)) {
            Some(variable) => Err(format!(
                "names: \"{}\" is a template variable that nothing replaced (alert rules have none)",
                shown(variable)
            )),
            None => Ok(texts),
        }
    }
}

/// A list of these dimensions. Default: the first.
#[derive(Clone, Copy, Debug)]
pub(in crate::query) struct Dimensions(pub(in crate::query) &'static [Dimension]);

impl ParamControl for Dimensions {
    type Value = Vec<Dimension>;

    fn control(&self) -> Control {
        Control::Dimensions(self.0)
    }
}

impl ReadAlone for Dimensions {
    fn read(&self, given: Option<&Value>) -> Result<Vec<Dimension>, String> {
        let mut dimensions = Vec::new();
        for name in texts(given)? {
            let dimension = dimension(&name, self.0)?;
            if !dimensions.contains(&dimension) {
                dimensions.push(dimension);
            }
        }
        if dimensions.len() > MAX_GROUP_BY {
            return Err(format!("at most {MAX_GROUP_BY} of {}", names(self.0)));
        }
        if dimensions.is_empty() {
            dimensions.extend(self.0.first());
        }
        Ok(dimensions)
    }
}

/// One of these dimensions; required.
#[derive(Clone, Copy, Debug)]
pub(in crate::query) struct OneDimension(pub(in crate::query) &'static [Dimension]);

impl ParamControl for OneDimension {
    type Value = Dimension;

    fn control(&self) -> Control {
        Control::Dimension(self.0)
    }
}

impl ReadAlone for OneDimension {
    fn read(&self, given: Option<&Value>) -> Result<Dimension, String> {
        match texts(given)?.as_slice() {
            [name] => dimension(name, self.0),
            _ => Err(format!("one of {}", names(self.0))),
        }
    }
}

/// A closed choice. [`choices!`] implements it for enums.
pub(in crate::query) trait ClosedChoice: Copy + 'static {
    /// Every value; the first is the default.
    const ALL: &'static [Self];
    /// How each value of [`Self::ALL`] is saved and shown, in the same order.
    const CHOICES: &'static [Choice];
}

/// One value of a closed choice. Default: the first.
#[derive(Debug)]
pub(in crate::query) struct OneOf<E>(PhantomData<fn() -> E>);

impl<E> OneOf<E> {
    pub(in crate::query) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<E: ClosedChoice> ParamControl for OneOf<E> {
    type Value = E;

    fn control(&self) -> Control {
        Control::OneOf(E::CHOICES)
    }
}

impl<E: ClosedChoice> ReadAlone for OneOf<E> {
    fn read(&self, given: Option<&Value>) -> Result<E, String> {
        let all = || {
            let values: Vec<_> = E::CHOICES.iter().map(|choice| choice.value).collect();
            format!("one of {}", values.join(", "))
        };
        let place = match given {
            None => Some(0),
            Some(Value::String(text)) if text.is_empty() => Some(0),
            Some(Value::String(text)) => E::CHOICES.iter().position(|choice| choice.value == text),
            Some(_) => None,
        };
        place.and_then(|place| E::ALL.get(place)).copied().ok_or_else(all)
    }
}

/// A closed choice between the formats of the answer. Default: the first.
#[derive(Debug)]
pub(in crate::query) struct FormatOf<E>(OneOf<E>);

impl<E> FormatOf<E> {
    pub(in crate::query) const fn new() -> Self {
        Self(OneOf::new())
    }
}

impl<E: ClosedChoice> ParamControl for FormatOf<E> {
    type Value = E;
    const CHOOSES_FORMAT: bool = true;

    fn control(&self) -> Control {
        self.0.control()
    }
}

impl<E: ClosedChoice> ReadAlone for FormatOf<E> {
    fn read(&self, given: Option<&Value>) -> Result<E, String> {
        self.0.read(given)
    }
}

/// Yes or no, which chooses between two formats of the answer. Default: no.
#[derive(Clone, Copy, Debug)]
pub(in crate::query) struct FormatSwitch;

impl ParamControl for FormatSwitch {
    type Value = bool;
    const CHOOSES_FORMAT: bool = true;

    fn control(&self) -> Control {
        Control::Switch
    }
}

impl ReadAlone for FormatSwitch {
    fn read(&self, given: Option<&Value>) -> Result<bool, String> {
        match given {
            None => Ok(false),
            Some(Value::Bool(on)) => Ok(*on),
            Some(Value::String(text)) if text.is_empty() || text == "false" => Ok(false),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(_) => Err("true or false".to_owned()),
        }
    }
}

/// A whole number between two limits.
#[derive(Clone, Copy, Debug)]
pub(in crate::query) struct Number {
    /// Smallest allowed.
    pub(in crate::query) min: u32,
    /// Largest allowed.
    pub(in crate::query) max: u32,
    /// The value when the parameter isn't given.
    pub(in crate::query) default: u32,
}

impl ParamControl for Number {
    type Value = u32;

    fn control(&self) -> Control {
        let Self { min, max, default } = *self;
        Control::Number { min, max, default }
    }
}

impl ReadAlone for Number {
    fn read(&self, given: Option<&Value>) -> Result<u32, String> {
        let Self { min, max, default } = *self;
        let number = match given {
            None => Some(u64::from(default)),
            Some(Value::String(text)) if text.is_empty() => Some(u64::from(default)),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_u64(),
        };
        number
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| (min..=max).contains(number))
            .ok_or_else(|| format!("a whole number from {min} to {max}"))
    }
}

/// Declares parameters: a struct with a member for each, or, with `for`, the parameters of a struct that is declared
/// elsewhere. `member: Type = Param { … }` declares one; `member: Type [other] = Param { … }` one whose choices depend on
/// the member `other`, which comes before it.
macro_rules! params {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($member:ident: $type:ty $([$earlier:ident])? = $param:expr),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis struct $name { $(pub(in crate::query) $member: $type),* }

        $crate::query::params::params! { for $name { $($member: $type $([$earlier])? = $param),* } }
    };
    (for $name:ident { $($member:ident: $type:ty $([$earlier:ident])? = $param:expr),* $(,)? }) => {
        impl $crate::query::params::ParamSet for $name {
            fn specs() -> Vec<$crate::query::spec::ParamSpec> {
                vec![$($crate::query::params::spec_of::<$type, _>(&$param)),*]
            }

            fn read(
                given: &$crate::query::params::Given<'_>,
            ) -> Result<Self, $crate::query::error::QueryError> {
                $(let $member: $type = $crate::query::params::params!(@read $param, given $(, $earlier)?)?;)*
                Ok(Self { $($member),* })
            }
        }
    };
    (@read $param:expr, $given:ident) => { $param.read($given) };
    (@read $param:expr, $given:ident, $earlier:ident) => { $param.read_after($given, $earlier) };
}

/// Declares the enum of a closed choice: each variant with its saved value and its label. The first is the default.
macro_rules! choices {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$doc:meta])* $variant:ident = $value:literal, $label:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name { $($(#[$doc])* $variant),* }

        impl $crate::query::params::ClosedChoice for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),*];
            const CHOICES: &'static [$crate::query::spec::Choice] =
                &[$($crate::query::spec::Choice { value: $value, label: $label }),*];
        }
    };
}

pub(in crate::query) use {choices, params};

/// A text from outside, made safe for an error message.
pub(super) fn shown(text: &str) -> String {
    crate::upstream::printable(text)
}

/// `$name`, `${name}` or `[[name]]` and nothing else: an unresolved template variable. As a filter it would match nothing,
/// and an alert rule made from a panel would report that nothing fails.
fn is_variable(text: &str) -> bool {
    let inside = |start, end| text.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    let name = inside("${", "}").or_else(|| inside("[[", "]]")).or_else(|| inside("$", ""));
    name.is_some_and(|name| {
        let name = name.split(':').next().unwrap_or_default();
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

fn names(allowed: &[Dimension]) -> String {
    allowed.iter().map(|dimension| dimension.field()).collect::<Vec<_>>().join(", ")
}

fn dimension(name: &str, allowed: &[Dimension]) -> Result<Dimension, String> {
    Dimension::from_name(name)
        .filter(|dimension| allowed.contains(dimension))
        .ok_or_else(|| format!("out of {} (not \"{}\")", names(allowed), shown(name)))
}

/// A list of texts without the empty ones.
///
/// # Errors
/// What was expected instead.
pub(super) fn texts(given: Option<&Value>) -> Result<Vec<String>, String> {
    let expected = || "a list of texts".to_owned();
    let mut texts = match given {
        None => Vec::new(),
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) if items.len() <= MAX_LIST => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(expected))
            .collect::<Result<_, _>>()?,
        Some(Value::Array(_)) => return Err(format!("at most {MAX_LIST} texts")),
        Some(_) => return Err(expected()),
    };
    texts.retain(|text| !text.trim().is_empty());
    if texts.iter().any(|text| text.len() > MAX_VALUE) {
        return Err(format!("texts of at most {MAX_VALUE} bytes"));
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Filters;
    use serde_json::json;

    choices! {
        enum Shape {
            Wide = "wide", "Wide";
            Long = "long", "Long";
        }
    }

    params! {
        struct Own {
            format: Shape = Param {
                name: "format",
                label: "Format",
                help: "How.",
                control: FormatOf::new(),
            },
            group_by: Vec<Dimension> = Param {
                name: "groupBy",
                label: "Group by",
                help: "By what.",
                control: Dimensions(&[Dimension::ComplianceState, Dimension::Cluster]),
            },
            instant: bool = Param {
                name: "instant",
                label: "Instant",
                help: "Whether.",
                control: FormatSwitch,
            },
        }
    }

    fn read(params: Value) -> Result<Params<Own, Filters>, String> {
        let Value::Object(params) = params else { panic!("an object") };
        Params::read("sample", &params).map_err(|error| error.user_text())
    }

    #[test]
    fn fills_in_defaults() {
        let params = read(json!({})).expect("all optional");
        assert_eq!((params.limit, params.own.format), (10_000, Shape::Wide));
        assert_eq!(params.own.group_by, [Dimension::ComplianceState]);
        assert!(!params.own.instant);
        assert_eq!(params.filters, Filters::default());
        let empty = read(json!({ "clusters": null, "format": "", "limit": "", "instant": "" }))
            .expect("empty");
        assert_eq!(format!("{empty:?}"), format!("{params:?}"));
    }

    #[test]
    fn lists_come_as_lists_and_as_one_text() {
        let params = read(json!({
            "clusters": ["a,b", "{c}", ""], "namespaces": "x", "groupBy": "cluster", "limit": "5",
            "format": "long", "instant": "true",
        }))
        .expect("good");
        assert_eq!(params.filters.clusters, ["a,b", "{c}"]);
        assert_eq!(params.filters.namespaces, ["x"]);
        assert_eq!(params.own.group_by, [Dimension::Cluster]);
        assert_eq!((params.limit, params.own.format), (5, Shape::Long));
        assert!(params.own.instant);
    }

    #[test]
    fn a_dollar_alone_is_not_a_variable() {
        let odd = ["$", "a$b", "${", "$a-b", "${}", "[[]]", "cost: $5, {x}"];
        assert_eq!(read(json!({ "clusters": odd })).expect("texts").filters.clusters, odd);
    }

    #[test]
    fn errors_name_the_parameter() {
        for (params, words) in [
            (json!({ "cluster": ["a"] }), "unknown parameter \"cluster\" of query type sample"),
            (
                json!({ "clusters": [1] }),
                "parameter \"clusters\" of query type sample must be a list of texts",
            ),
            (json!({ "clusters": { "a": 1 } }), "must be a list of texts"),
            (
                json!({ "clusters": ["a", "$cluster"] }),
                "\"clusters\" of query type sample must be names: \"$cluster\" is a template variable",
            ),
            (json!({ "clusters": "${cluster:csv}" }), "template variable"),
            (json!({ "kinds": ["[[kind]]"] }), "template variable"),
            (json!({ "limit": 0 }), "must be a whole number from 1 to 1000000"),
            (json!({ "limit": 1.5 }), "must be a whole number"),
            (json!({ "format": "tall" }), "must be one of wide, long"),
            (json!({ "format": ["long"] }), "must be one of wide, long"),
            (json!({ "instant": 1 }), "must be true or false"),
            (
                json!({ "groupBy": ["version"] }),
                "must be out of complianceState, cluster (not \"version\")",
            ),
        ] {
            let text = read(params.clone()).expect_err("refused").to_lowercase();
            assert!(text.contains(&words.to_lowercase()), "{params}: {text}");
        }
    }

    #[test]
    fn the_editor_shows_own_parameters_then_filters_then_the_limit() {
        let specs = Params::<Own, Filters>::specs();
        let names: Vec<_> = specs.iter().map(|spec| spec.name).collect();
        assert_eq!(names[..4], ["format", "groupBy", "instant", "subscriptions"]);
        assert_eq!(names[names.len() - 2..], ["repositories", "limit"]);
        let chooses: Vec<_> = specs.iter().filter(|spec| spec.chooses_format).collect();
        assert_eq!(chooses.iter().map(|spec| spec.name).collect::<Vec<_>>(), ["format", "instant"]);
    }
}
