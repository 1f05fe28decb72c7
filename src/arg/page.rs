//! What the client and the reader of rows agree on: one page, as its raw body.

use flux::Text;

/// What a page says about itself and the listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// `totalRecords`: rows of the whole listing; `None` where the reply has none.
    pub total_records: Option<u64>,
    /// Rows in this page, those that couldn't be read included.
    pub count: u64,
    /// Of these, rows that had come before in the same listing.
    pub repeated: u64,
    /// `resultTruncated`, which Azure writes as the text `"true"` or `"false"`; absent counts as `false`.
    pub truncated: bool,
    /// `$skipToken`: opaque; `None` or empty on the last page.
    pub skip_token: Option<String>,
}

/// A body that is not a page: cut off, not JSON, or JSON of another shape. Single bad rows are not a `DecodeError`:
/// the sink counts and leaves them out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}")]
pub struct DecodeError {
    /// Where the body stops making sense (`line 1 column 20`, `data[3].id`), with the reason; never its content.
    pub place: Text,
}

impl DecodeError {
    /// An error at `place`.
    pub fn at(place: impl Into<Text>) -> Self {
        Self { place: place.into() }
    }
}

/// Takes the pages of one listing in order.
pub trait PageSink {
    /// A listing begins; rows of other listings may be there already, and stay.
    fn begin(&mut self) {}

    /// Reads a whole page in one pass and keeps its rows.
    ///
    /// # Errors
    /// The body is no page. The sink must then be as it was before the call: the same page is asked for again.
    fn page(&mut self, body: &[u8]) -> Result<Envelope, DecodeError>;

    /// Forgets the rows of this listing, which begins again from its first page.
    fn restart(&mut self);

    /// The listing has ended, and so many rows that it announced did not come, although it was begun again.
    fn incomplete(&mut self, _missing: u64) {}
}
