//! Versions of the `microsoft.flux` extension: the version of Flux that each installs, and which ones Azure supports.
//!
//! Source: the history of Microsoft's release notes, read up to [`VERSIONS_KNOWN_AS_OF`]. Of newer versions the code
//! knows only that they are newer.

use super::StateColor;
use std::collections::BTreeSet;

/// The month up to which releases are known.
pub const VERSIONS_KNOWN_AS_OF: &str = "August 2026";

/// Number of minor versions that Azure supports: the newest and the two before it.
const SUPPORTED_MINORS: usize = 3;

/// A version of the extension. Anything after the third number is dropped, because it doesn't distinguish released
/// versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtensionVersion {
    /// First number.
    pub major: u32,
    /// Second number; Azure's support depends on it.
    pub minor: u32,
    /// Third number; 0 when the text has none.
    pub patch: u32,
}

impl ExtensionVersion {
    const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// Reads `1.24.1`, also with a `v` before or a suffix such as `-preview`. `None`: not a version.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let numbers = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let numbers = numbers.split(['-', '+']).next()?;
        let mut parts = numbers.split('.').map(|part| part.parse().ok());
        let (major, minor) = (parts.next()??, parts.next()??);
        Some(Self { major, minor, patch: parts.next().unwrap_or(Some(0))? })
    }

    fn minor_version(self) -> (u32, u32) {
        (self.major, self.minor)
    }
}

/// Consecutive versions of the extension that install the same version of Flux.
#[derive(Debug)]
struct Carriers {
    first: ExtensionVersion,
    last: ExtensionVersion,
    flux: &'static str,
    /// Release months of the first and the last of these versions. `None`: not known.
    months: Option<(&'static str, &'static str)>,
}

const fn carriers(
    first: (u32, u32, u32),
    last: (u32, u32, u32),
    flux: &'static str,
    months: Option<(&'static str, &'static str)>,
) -> Carriers {
    let first = ExtensionVersion::new(first.0, first.1, first.2);
    Carriers { first, last: ExtensionVersion::new(last.0, last.1, last.2), flux, months }
}

/// Oldest first.
static CARRIERS: [Carriers; 13] = [
    carriers((1, 6, 0), (1, 6, 0), "0.33.0", Some(("Sep 2022", "Sep 2022"))),
    carriers((1, 6, 1), (1, 6, 1), "0.35.0", None),
    carriers((1, 6, 3), (1, 6, 3), "0.37.0", None),
    carriers((1, 7, 0), (1, 7, 0), "0.39.0", None),
    carriers((1, 7, 3), (1, 7, 4), "0.41.2", Some(("Apr 2023", "Jun 2023"))),
    carriers((1, 7, 5), (1, 7, 7), "2.0.1", Some(("Aug 2023", "Sep 2023"))),
    carriers((1, 8, 0), (1, 8, 0), "2.1.1", Some(("Oct 2023", "Oct 2023"))),
    carriers((1, 8, 1), (1, 10, 0), "2.1.2", Some(("Nov 2023", "Jun 2024"))),
    carriers((1, 11, 1), (1, 12, 0), "2.3.0", Some(("Aug 2024", "Sep 2024"))),
    carriers((1, 13, 0), (1, 15, 2), "2.4.0", Some(("Oct 2024", "May 2025"))),
    carriers((1, 16, 1), (1, 16, 12), "2.5.1", Some(("Mar 2025", "Jul 2025"))),
    carriers((1, 17, 2), (1, 22, 2), "2.6.4", Some(("Aug 2025", "May 2026"))),
    carriers((1, 23, 0), (1, 24, 1), "2.7.5", Some(("Jun 2026", "Aug 2026"))),
];

/// The known facts about one version of the extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FluxRelease {
    /// The version of Flux that it installs, for example `2.7.5`.
    pub flux: &'static str,
    /// Month of its release, `Aug 2026`. When only the months of an earlier and a later version are known, both: `Jun
    /// 2026 – Aug 2026`. `None`: not known.
    pub released: Option<String>,
}

impl FluxRelease {
    /// The release of a version. `None`: the version is newer or older than the known ones, or was never released.
    pub fn of(version: ExtensionVersion) -> Option<Self> {
        let known = CARRIERS.iter().find(|known| (known.first..=known.last).contains(&version))?;
        let released = known.months.map(|(first, last)| {
            if version == known.first || first == last {
                first.to_owned()
            } else if version == known.last {
                last.to_owned()
            } else {
                format!("{first} – {last}")
            }
        });
        Some(Self { flux: known.flux, released })
    }

    /// The newest version of the extension that is known here.
    pub fn newest_known() -> ExtensionVersion {
        CARRIERS[CARRIERS.len() - 1].last
    }
}

/// How Azure supports a version of the extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Support {
    /// The version is too old.
    Unsupported,
    /// The version isn't known, or the text isn't a version.
    Unknown,
    /// One of the two minor versions before the newest.
    Supported,
    /// The newest minor version, with any patch number.
    Newest,
}

impl Support {
    /// All values, worst first.
    pub const ALL: [Self; 4] = [Self::Unsupported, Self::Unknown, Self::Supported, Self::Newest];

    /// The value of the field `supported`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported",
            Self::Unknown => "unknown",
            Self::Supported => "supported",
            Self::Newest => "newest",
        }
    }

    /// The colour of the value.
    pub fn color(self) -> StateColor {
        match self {
            Self::Unsupported => StateColor::Red,
            Self::Unknown => StateColor::Gray,
            Self::Supported => StateColor::Blue,
            Self::Newest => StateColor::Green,
        }
    }
}

/// Azure's rule: the newest minor version and the two before it are supported. A fleet may have newer versions than
/// this code knows, so the newest is taken from both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportRule {
    newest: ExtensionVersion,
    oldest_supported: (u32, u32),
}

impl SupportRule {
    /// The rule for a fleet with these versions.
    pub fn new(seen: impl Iterator<Item = ExtensionVersion>) -> Self {
        let mut newest = FluxRelease::newest_known();
        let mut minors: BTreeSet<(u32, u32)> = CARRIERS
            .iter()
            .flat_map(|known| [known.first, known.last])
            .map(ExtensionVersion::minor_version)
            .collect();
        for version in seen {
            minors.insert(version.minor_version());
            newest = newest.max(version);
        }
        // A minor version counts even when no cluster runs it: 1.30 comes after 1.29.
        for before in 1..SUPPORTED_MINORS {
            let before = u32::try_from(before).unwrap_or(u32::MAX);
            minors.extend(newest.minor.checked_sub(before).map(|minor| (newest.major, minor)));
        }
        let oldest = minors.iter().rev().nth(SUPPORTED_MINORS - 1);
        Self { newest, oldest_supported: oldest.copied().unwrap_or(newest.minor_version()) }
    }

    /// The newest version, patches included.
    pub fn newest(&self) -> ExtensionVersion {
        self.newest
    }

    /// Whether a version is supported. `None`: it isn't known.
    pub fn of(&self, version: Option<ExtensionVersion>) -> Support {
        match version.map(ExtensionVersion::minor_version) {
            None => Support::Unknown,
            Some(minor) if minor >= self.newest.minor_version() => Support::Newest,
            Some(minor) if minor >= self.oldest_supported => Support::Supported,
            Some(_) => Support::Unsupported,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn version(text: &str) -> ExtensionVersion {
        ExtensionVersion::parse(text).expect(text)
    }

    fn support(seen: &[&str], asked: &str) -> Support {
        SupportRule::new(seen.iter().map(|text| version(text))).of(ExtensionVersion::parse(asked))
    }

    #[test]
    fn reads_versions_in_every_form() {
        for text in
            ["1.24.1", "v1.24.1", " 1.24.1 ", "1.24.1-preview.2", "1.24.1+build", "1.24.1.7"]
        {
            assert_eq!(version(text), ExtensionVersion::new(1, 24, 1), "{text}");
        }
        assert_eq!(version("1.24"), ExtensionVersion::new(1, 24, 0));
        for text in ["", "1", "latest", "1.x.2", "1.2.x", "-1.2.3", "99999999999.1.1"] {
            assert_eq!(ExtensionVersion::parse(text), None, "{text}");
        }
    }

    #[test]
    fn releases_are_in_order_and_carry_ever_newer_flux() {
        for pair in CARRIERS.windows(2) {
            assert!(pair[0].first <= pair[0].last && pair[0].last < pair[1].first);
            assert!(version(pair[0].flux) < version(pair[1].flux));
        }
    }

    #[test]
    fn knows_the_flux_of_every_version_of_the_facts() {
        for (asked, flux, released) in [
            ("1.6.0", "0.33.0", Some("Sep 2022")),
            ("1.7.0", "0.39.0", None),
            ("1.7.4", "0.41.2", Some("Jun 2023")),
            ("1.10.0", "2.1.2", Some("Jun 2024")),
            ("1.11.1", "2.3.0", Some("Aug 2024")),
            ("1.15.2", "2.4.0", Some("May 2025")),
            ("1.16.12", "2.5.1", Some("Jul 2025")),
            ("1.17.2", "2.6.4", Some("Aug 2025")),
            ("1.19.0", "2.6.4", Some("Aug 2025 – May 2026")),
            ("1.24.1", "2.7.5", Some("Aug 2026")),
        ] {
            let release = FluxRelease::of(version(asked)).expect(asked);
            assert_eq!((release.flux, release.released.as_deref()), (flux, released), "{asked}");
        }
        for asked in ["1.5.0", "1.6.2", "1.11.0", "1.24.2", "1.25.0", "2.0.0"] {
            assert_eq!(FluxRelease::of(version(asked)), None, "{asked}");
        }
    }

    #[test]
    fn the_newest_minor_version_and_two_before_it_are_supported() {
        for (asked, expected) in [
            ("1.24.0", Support::Newest),
            ("1.24.1", Support::Newest),
            ("1.23.0", Support::Supported),
            ("1.22.0", Support::Supported),
            ("1.21.9", Support::Unsupported),
            ("0.9.0", Support::Unsupported),
            ("nonsense", Support::Unknown),
        ] {
            assert_eq!(support(&[], asked), expected, "{asked}");
        }
    }

    #[test]
    fn a_fleet_with_newer_versions_changes_which_versions_are_supported() {
        let seen = ["1.23.0", "1.30.2"];
        assert_eq!(support(&seen, "1.30.0"), Support::Newest);
        assert_eq!(support(&seen, "1.28.0"), Support::Supported);
        assert_eq!(support(&seen, "1.27.9"), Support::Unsupported);
        // The last known minor versions of the previous major version still count.
        let seen = ["2.1.0"];
        assert_eq!(support(&seen, "2.0.0"), Support::Supported);
        assert_eq!(support(&seen, "1.24.0"), Support::Supported);
        assert_eq!(support(&seen, "1.23.0"), Support::Unsupported);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", numbers in "[0-9.v+-]{0,30}") {
            for text in [text, numbers] {
                let read = ExtensionVersion::parse(&text);
                let _ = (read.map(FluxRelease::of), SupportRule::new(read.into_iter()).of(read));
            }
        }

        #[test]
        fn patches_do_not_end_support(minor in 0..30u32, patch in 0..50u32, other in 0..50u32) {
            let rule = SupportRule::new(std::iter::empty());
            let of = |patch| rule.of(Some(ExtensionVersion::new(1, minor, patch)));
            prop_assert_eq!(of(patch), of(other));
        }
    }
}
