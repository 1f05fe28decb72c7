//! JSON that never disappoints: values of an unexpected type read as absent instead of failing the whole page.
//!
//! Azure's shapes differ between API versions and tables, and one odd row must not cost the other 999. So only broken
//! JSON is an error here; whether a row can be used is decided afterwards, by what it holds. Member names that begin with
//! a capital are compared without regard to case (`ProvisioningState`, `provisioningState`).

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Text, borrowed from the page where it holds no escapes. Numbers and booleans read as their text; `null` and
/// anything else as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Str<'a>(Option<Cow<'a, str>>);

impl Str<'_> {
    /// The text, without surrounding space; `None` when absent or empty.
    pub(crate) fn get(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The text as it is; empty when absent.
    pub(crate) fn raw(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// A text of its own.
    pub(crate) fn owned(text: &str) -> Self {
        Self(Some(Cow::Owned(text.to_owned())))
    }
}

/// A whole number; texts that hold one count too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Int(pub(crate) Option<i64>);

/// A boolean; the texts `true` and `false` count too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bool(pub(crate) Option<bool>);

/// A list; anything else reads as empty. Items beyond `MAX` are dropped, so that no page can blow memory up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct List<T, const MAX: usize>(pub(crate) Vec<T>);

impl<T, const MAX: usize> Default for List<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct StrVisitor<'a>(PhantomData<&'a ()>);
struct IntVisitor;
struct BoolVisitor;
struct ListVisitor<T, const MAX: usize>(PhantomData<T>);

/// Reads and drops what is left of a list. `serde_json` drops values without recursion, however deep they are nested.
fn drop_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// The same of an object.
fn drop_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<(), A::Error> {
    while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// The visitor methods for values of other types than the wanted one: all of them mean "absent".
macro_rules! absent {
    ($value:expr; $($kind:ident),* $(,)?) => { $( absent!(@one $kind, $value); )* };
    (@one unit, $value:expr) => {
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> { Ok($value) }
        fn visit_none<E: Error>(self) -> Result<Self::Value, E> { Ok($value) }
    };
    (@one bool, $value:expr) => { fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> { Ok($value) } };
    (@one number, $value:expr) => {
        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> { Ok($value) }
        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> { Ok($value) }
        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> { Ok($value) }
    };
    (@one str, $value:expr) => { fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> { Ok($value) } };
    (@one list, $value:expr) => {
        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> { drop_list(list)?; Ok($value) }
    };
    (@one object, $value:expr) => {
        fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> { drop_object(object)?; Ok($value) }
    };
}

fn expecting_anything(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("any JSON value")
}

impl<'de> Visitor<'de> for StrVisitor<'de> {
    type Value = Str<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting_anything(f)
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Str(Some(Cow::Borrowed(text))))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Str(Some(Cow::Owned(text.to_owned()))))
    }
    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Str(Some(Cow::Owned(text))))
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        self.visit_string(value.to_string())
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        self.visit_string(value.to_string())
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        self.visit_string(value.to_string())
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        self.visit_string(value.to_string())
    }
    absent!(Str::default(); unit, list, object);
}

impl<'de> Visitor<'de> for IntVisitor {
    type Value = Int;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting_anything(f)
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Int, E> {
        Ok(Int(Some(value)))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Int, E> {
        Ok(Int(i64::try_from(value).ok()))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Int, E> {
        // Whole numbers written as `600.0`; 2^53 is the last that a double holds exactly.
        let whole = value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0;
        #[expect(clippy::cast_possible_truncation, reason = "checked on the line above")]
        Ok(Int(whole.then_some(value as i64)))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Int, E> {
        Ok(Int(text.trim().parse().ok()))
    }
    absent!(Int(None); unit, bool, list, object);
}

impl<'de> Visitor<'de> for BoolVisitor {
    type Value = Bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting_anything(f)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Bool, E> {
        Ok(Bool(Some(value)))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Bool, E> {
        Ok(Bool(match text.trim() {
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }))
    }
    absent!(Bool(None); unit, number, list, object);
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for ListVisitor<T, MAX> {
    type Value = List<T, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting_anything(f)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while items.len() < MAX {
            match list.next_element()? {
                Some(item) => items.push(item),
                None => return Ok(List(items)),
            }
        }
        drop_list(list)?;
        Ok(List(items))
    }
    absent!(List::default(); unit, bool, number, str, object);
}

impl<'de: 'a, 'a> Deserialize<'de> for Str<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(StrVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(IntVisitor)
    }
}

impl<'de> Deserialize<'de> for Bool {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(BoolVisitor)
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for List<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ListVisitor(PhantomData))
    }
}

/// A value that may say nothing: absent, empty, of the wrong type.
pub(crate) trait Says: Sized {
    /// Whether it says something.
    fn says(&self) -> bool;

    /// Takes the place of a value that was read before, unless it says nothing: a member may come twice, by its name of
    /// today and by an old one or one with a capital, and be null in one of them.
    fn take_from(&mut self, other: Self) {
        if other.says() {
            *self = other;
        }
    }
}

impl Says for Str<'_> {
    fn says(&self) -> bool {
        self.get().is_some()
    }
}

impl Says for Int {
    fn says(&self) -> bool {
        self.0.is_some()
    }
}

impl Says for Bool {
    fn says(&self) -> bool {
        self.0.is_some()
    }
}

impl<T, const MAX: usize> Says for List<T, MAX> {
    fn says(&self) -> bool {
        !self.0.is_empty()
    }
}

impl<T: Says> Says for Option<T> {
    fn says(&self) -> bool {
        self.as_ref().is_some_and(T::says)
    }
}

/// Something that takes the members of a JSON object one by one.
pub(crate) trait Members<'de> {
    /// The names of the members it takes. A member that begins with a capital is handed over by the name among these that
    /// it is without regard to case, so that `OCIRepository` and `OciRepository` are `ociRepository`.
    const NAMES: &'static [&'static str] = &[];

    /// Reads the value of member `name` from `object`, or drops it.
    fn member<A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error>;

    /// The value is no object (and neither `null`, which says nothing, nor text).
    fn not_an_object(&mut self) {}

    /// The value is a text.
    fn text(&mut self, _text: Str<'de>) {
        self.not_an_object();
    }
}

/// Reads an object into `.0`, member by member; anything but an object leaves it as it is.
pub(crate) struct Fill<'t, T>(pub(crate) &'t mut T);

impl<'de, T: Members<'de>> DeserializeSeed<'de> for Fill<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Members<'de>> Visitor<'de> for Fill<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting_anything(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(Str(name)) = object.next_key::<Str<'de>>()? {
            let name = name.unwrap_or_default();
            let is_capital = name.starts_with(|first: char| first.is_ascii_uppercase());
            let known = if is_capital { T::NAMES } else { &[] };
            let known = known.iter().find(|known| known.eq_ignore_ascii_case(&name));
            self.0.member(known.copied().unwrap_or(&name), &mut object)?;
        }
        Ok(())
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.0.not_an_object();
        Ok(())
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.visit_bool(true)
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.visit_bool(true)
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.visit_bool(true)
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<(), E> {
        self.0.text(Str(Some(Cow::Borrowed(text))));
        Ok(())
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.text(Str::owned(text));
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        self.0.not_an_object();
        drop_list(list)
    }
}

/// Defines a struct that reads from a JSON object: member name → field. Other members are dropped; a value that is no
/// object gives the default.
macro_rules! lenient_object {
    ($(#[$doc:meta])* struct $name:ident<'a> { $($member:literal => $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub(crate) struct $name<'a> { $(pub(crate) $field: $kind,)* _page: std::marker::PhantomData<&'a ()> }

        impl<'de: 'a, 'a> $crate::upstream::lenient::Members<'de> for $name<'a> {
            const NAMES: &'static [&'static str] = &[$($member),*];

            fn member<A: serde::de::MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
                use $crate::upstream::lenient::Says as _;
                match name {
                    $($member => self.$field.take_from(object.next_value()?),)*
                    _ => drop(object.next_value::<serde::de::IgnoredAny>()?),
                }
                Ok(())
            }
        }

        impl $crate::upstream::lenient::Says for $name<'_> {
            fn says(&self) -> bool {
                false $(|| $crate::upstream::lenient::Says::says(&self.$field))*
            }
        }

        impl<'de: 'a, 'a> serde::de::Deserialize<'de> for $name<'a> {
            fn deserialize<D: serde::de::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                use serde::de::DeserializeSeed;
                let mut object = Self::default();
                $crate::upstream::lenient::Fill(&mut object).deserialize(from)?;
                Ok(object)
            }
        }
    };
}
pub(crate) use lenient_object;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    lenient_object! {
        /// A sample.
        struct Sample<'a> {
            "name" => name: Str<'a>,
            "count" => count: Int,
            "on" => on: Bool,
            "items" => items: List<Str<'a>, 2>,
        }
    }

    fn read(json: &str) -> Sample<'_> {
        serde_json::from_str(json).expect(json)
    }

    #[test]
    fn reads_what_is_there_in_either_case() {
        let sample =
            read(r#"{"Name":"a","count":3,"On":true,"items":["x","y","z"],"other":{"deep":[1]}}"#);
        assert_eq!(sample.name.get(), Some("a"));
        assert_eq!((sample.count.0, sample.on.0), (Some(3), Some(true)));
        assert_eq!(sample.items.0.len(), 2, "bounded");
    }

    lenient_object! {
        /// A name that no rule about the first letter alone turns into the one with a capital.
        struct Acronym<'a> {
            "ociRepository" => repository: Str<'a>,
        }
    }

    #[test]
    fn a_member_with_capitals_is_the_one_without() {
        for name in ["ociRepository", "OciRepository", "OCIRepository", "OCIREPOSITORY"] {
            let json = format!("{{\"{name}\":\"x\"}}");
            let read: Acronym<'_> = serde_json::from_str(&json).expect(name);
            assert_eq!(read.repository.get(), Some("x"), "{name}");
        }
    }

    #[test]
    fn a_member_that_comes_twice_keeps_what_it_says() {
        for json in [r#"{"name":"a","Name":null}"#, r#"{"Name":"a","name":""}"#] {
            assert_eq!(read(json).name.get(), Some("a"), "{json}");
        }
        let sample = read(r#"{"count":3,"Count":{},"on":true,"On":"?","items":["x"],"Items":[]}"#);
        assert_eq!((sample.count.0, sample.on.0), (Some(3), Some(true)));
        assert_eq!(sample.items.0.len(), 1);
    }

    #[test]
    fn values_that_are_dropped_may_be_nested_without_end() {
        for (open, close) in [("[", "]"), ("{\"x\":", "}")] {
            let deep = format!("{}1{}", open.repeat(200_000), close.repeat(200_000));
            let json =
                format!("{{\"other\":{deep},\"name\":[{deep}],\"items\":{deep},\"count\":7}}");
            let sample = read(&json);
            assert_eq!((sample.name.get(), sample.count.0), (None, Some(7)));
        }
    }

    #[test]
    fn wrong_types_read_as_absent() {
        for json in [
            r#"{"name":{},"count":[],"on":{"a":1},"items":"x"}"#,
            r#"{"name":null,"count":null,"on":null,"items":null}"#,
            r#"{"name":"","count":"many","on":"maybe","items":{"0":"x"}}"#,
            "[1,[2],{}]",
            "7",
            "\"text\"",
            "null",
            "true",
        ] {
            let sample = read(json);
            assert_eq!(sample.name.get(), None, "{json}");
            assert_eq!((sample.count.0, sample.on.0), (None, None), "{json}");
            assert!(sample.items.0.is_empty(), "{json}");
        }
    }

    #[test]
    fn texts_that_hold_the_wanted_type_count() {
        let sample = read(r#"{"name":1.5,"count":"600","on":"True"}"#);
        assert_eq!(sample.name.get(), Some("1.5"));
        assert_eq!((sample.count.0, sample.on.0), (Some(600), Some(true)));
        assert_eq!(read(r#"{"count":600.0}"#).count.0, Some(600));
        assert_eq!(read(r#"{"count":0.5}"#).count.0, None);
        assert_eq!(read(r#"{"count":18446744073709551615}"#).count.0, None);
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            "\\PC*".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::hash_map("name|count|on|items|\\PC*", inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_valid_json_reads(value in any_json()) {
            let text = value.to_string();
            prop_assert!(serde_json::from_str::<Sample>(&text).is_ok());
        }
    }
}
