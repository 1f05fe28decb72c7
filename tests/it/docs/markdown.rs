//! Reads the parts of a Markdown page that the tests need.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

/// A fenced block.
#[derive(Debug)]
pub struct Block {
    /// Its language.
    pub language: String,
    /// The words after the language.
    pub marks: Vec<String>,
    /// Its text.
    pub text: String,
    /// The line on which it begins.
    pub line: usize,
}

/// A page.
#[derive(Debug)]
pub struct Page {
    /// Path from the root of the repository.
    pub path: PathBuf,
    /// Anchors of its headings, as the usual repository hosts generate them.
    pub anchors: BTreeSet<String>,
    /// Targets of its links and pictures.
    pub links: Vec<String>,
    /// Its fenced blocks.
    pub blocks: Vec<Block>,
    /// The inline code in its sentences and tables.
    pub codes: Vec<String>,
    /// Rows of its tables: the heading above the table, then the cells' texts, with code between backticks.
    pub rows: Vec<(String, Vec<String>)>,
}

impl Page {
    /// Reads a page.
    pub fn parse(path: PathBuf, text: &str) -> Self {
        let mut page = Self {
            path,
            anchors: BTreeSet::new(),
            links: Vec::new(),
            blocks: Vec::new(),
            codes: Vec::new(),
            rows: Vec::new(),
        };
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut heading = String::new();
        let mut current: Option<String> = None;
        let mut row: Vec<String> = Vec::new();
        let mut block: Option<Block> = None;
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.into_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    let mut words = info.split_whitespace().map(str::to_owned);
                    block = Some(Block {
                        language: words.next().unwrap_or_default(),
                        marks: words.collect(),
                        text: String::new(),
                        line: text[..range.start].lines().count() + 1,
                    });
                }
                Event::End(TagEnd::CodeBlock) => page.blocks.extend(block.take()),
                Event::Start(Tag::Heading { .. } | Tag::TableCell) => {
                    current = Some(String::new());
                }
                Event::End(TagEnd::Heading(level)) => {
                    let title = current.take().unwrap_or_default();
                    page.anchors.insert(anchor(&title, &mut seen));
                    if level <= HeadingLevel::H3 {
                        heading = title;
                    }
                }
                Event::End(TagEnd::TableCell) => row.push(current.take().unwrap_or_default()),
                Event::End(TagEnd::TableRow) => {
                    page.rows.push((heading.clone(), std::mem::take(&mut row)));
                }
                Event::End(TagEnd::TableHead) => row.clear(),
                Event::Code(code) => {
                    if let Some(current) = &mut current {
                        current.extend(["`", &code, "`"]);
                    }
                    page.codes.push(code.into_string());
                }
                Event::Text(text) => {
                    if let Some(block) = &mut block {
                        block.text += &text;
                    } else if let Some(current) = &mut current {
                        *current += &text;
                    }
                }
                _ => {}
            }
        }
        page
    }

    /// The place of a block, for failure messages.
    pub fn place(&self, block: &Block) -> String {
        format!("{}:{}", self.path.display(), block.line)
    }
}

/// The anchor of a heading: small letters, blanks as hyphens, no other punctuation. A repeated anchor gets a number.
fn anchor(title: &str, seen: &mut HashMap<String, usize>) -> String {
    let kept: String = title
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect();
    let times = seen.entry(kept.clone()).or_default();
    let anchor = if *times == 0 { kept } else { format!("{kept}-{times}") };
    *times += 1;
    anchor
}

#[test]
fn a_page_is_read() {
    let text = "# A `b` & c\n\n## Same\n\n## Same\n\n[x](y.md#z) `code`\n\n| a | b |\n|---|---|\n| `1`, 2 | [l](m) |\n\n```sh azure\naz login\n```\n";
    let page = Page::parse(PathBuf::from("p.md"), text);
    assert_eq!(page.anchors, ["a-b--c", "same", "same-1"].map(str::to_owned).into());
    assert_eq!(page.links, ["y.md#z", "m"]);
    assert_eq!(page.codes, ["b", "code", "1"]);
    assert_eq!(page.rows, [("Same".to_owned(), vec!["`1`, 2".to_owned(), "l".to_owned()])]);
    let [block] = page.blocks.as_slice() else { panic!("{:?}", page.blocks) };
    assert_eq!((block.language.as_str(), block.text.as_str()), ("sh", "az login\n"));
    assert_eq!(
        (block.marks.as_slice(), page.place(block)),
        (&["azure".to_owned()][..], "p.md:13".to_owned())
    );
}
