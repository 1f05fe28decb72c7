//! Makes the plan of a parsed query: resolves names, and decides which operators run row by row.

use super::aggregate::Aggregate;
use super::ast::{Expanded, NamePattern, Named, Operator, Piece, Pipeline, SortKey, Source};
use super::bind::{Column, Scope, semantic};
use super::bound::{Bound, Register, Typed};
use super::combine::{gather, group, grouped, join, of_table, union};
use super::error::KqlError;
use super::parser::own_name;
use super::plan::{Expansion, Flow, How, Sorted, Step};
use super::value::Type;
use flux::{Text, UtcMillis};

/// Most elements that `mv-expand` turns into rows, unless the query sets a limit.
const EXPAND_LIMIT: u64 = 2000;

/// Resource Graph accepts at most this number each of `join`, `union` and `mv-expand`.
const HEAVY_LIMIT: usize = 3;

/// Makes the plan of a query. `now` is the time that `now()` returns.
pub(super) fn plan(query: &Pipeline, now: UtcMillis) -> Result<Flow, KqlError> {
    let mut planner = Planner { now, joins: 0, unions: 0, expansions: 0 };
    planner.pipeline(query)
}

struct Planner {
    now: UtcMillis,
    joins: usize,
    unions: usize,
    expansions: usize,
}

impl Planner {
    fn pipeline(&mut self, query: &Pipeline) -> Result<Flow, KqlError> {
        let mut flow = match &query.source {
            Source::Table(name) => of_table(name)?,
            Source::Query(inner) => self.pipeline(inner)?,
            Source::Union(legs) => {
                let legs = legs.iter().map(|leg| self.pipeline(leg)).collect::<Result<_, _>>()?;
                self.count_union()?;
                union(legs)
            }
        };
        for operator in &query.operators {
            flow = self.apply(flow, operator)?;
        }
        Ok(flow)
    }

    fn scope<'a>(&self, flow: &'a Flow, operator: &'static str) -> Scope<'a> {
        Scope { columns: &flow.columns, now: self.now, operator }
    }

    fn apply(&mut self, mut flow: Flow, operator: &Operator) -> Result<Flow, KqlError> {
        match operator {
            Operator::Where(condition) => {
                let condition = self.scope(&flow, "where").condition(condition)?;
                flow.steps.push(Step::Filter(condition));
            }
            Operator::Extend(items) => {
                let bound = self.bind_all(&flow, "extend", items)?;
                for (name, typed) in bound {
                    let register = flow.assign(typed.bound);
                    flow.set_column(name, typed.kind, register);
                }
            }
            Operator::Project(items) => {
                let bound = self.bind_all(&flow, "project", items)?;
                flow.columns.clear();
                for (name, typed) in bound {
                    if flow.columns.iter().any(|column| column.name == name) {
                        let text = format!("A column with the name '{name}' already exists");
                        return Err(semantic("project", text));
                    }
                    let register = flow.assign(typed.bound);
                    flow.columns.push(Column { name, kind: typed.kind, register });
                }
            }
            Operator::ProjectAway(patterns) => {
                flow.columns.retain(|column| !patterns.iter().any(|p| p.matches(&column.name)));
            }
            Operator::ProjectKeep(patterns) => {
                flow.columns.retain(|column| patterns.iter().any(|p| p.matches(&column.name)));
            }
            Operator::ProjectRename(pairs) => {
                for (new, old) in pairs {
                    let register = self.scope(&flow, "project-rename").column(old)?.register;
                    let same =
                        |column: &&mut Column| column.register == register && column.name == *old;
                    if let Some(column) = flow.columns.iter_mut().find(same) {
                        column.name = Text::from(new.as_str());
                    }
                }
            }
            Operator::Sort(keys) => self.sort(&mut flow, "order by", keys)?,
            Operator::Take(count) => return Ok(gather(flow, How::First(*count))),
            Operator::Top(count, keys) => {
                self.sort(&mut flow, "top", keys)?;
                return Ok(gather(flow, How::First(*count)));
            }
            Operator::Count => {
                let how = How::Groups { keys: Vec::new(), aggregates: vec![Aggregate::count()] };
                return Ok(grouped(flow, Vec::new(), how));
            }
            Operator::Distinct(items) => return self.distinct(flow, items),
            Operator::Summarize { aggregates, by } => return self.summarize(flow, aggregates, by),
            Operator::Expand { columns, index, limit } => {
                self.expansions += 1;
                limit_of("mv-expand", self.expansions)?;
                self.expand(&mut flow, columns, index.as_deref(), limit.unwrap_or(EXPAND_LIMIT))?;
            }
            Operator::Parse { expression, pattern } => {
                let value = self.scope(&flow, "parse").bind(expression)?.bound;
                let columns = pattern.iter().filter_map(|piece| match piece {
                    Piece::Column(name, kind) => Some((Text::from(name.as_str()), *kind)),
                    Piece::Anything | Piece::Literal(_) => None,
                });
                let columns: Vec<_> = columns.collect();
                let first = flow.registers;
                flow.registers += columns.len();
                let into = columns
                    .iter()
                    .enumerate()
                    .map(|(index, (_, kind))| (first + index, *kind))
                    .collect();
                flow.steps.push(Step::Parse { value, pattern: pattern.clone(), into });
                for (index, (name, kind)) in columns.into_iter().enumerate() {
                    flow.set_column(name, kind, first + index);
                }
            }
            Operator::Join { kind, right, on } => {
                self.joins += 1;
                limit_of("join", self.joins)?;
                let right = self.pipeline(right)?;
                return join(flow, *kind, right, on);
            }
            Operator::Union(legs) => {
                self.count_union()?;
                let mut flows = vec![flow];
                for leg in legs {
                    flows.push(self.pipeline(leg)?);
                }
                return Ok(union(flows));
            }
        }
        Ok(flow)
    }

    fn count_union(&mut self) -> Result<(), KqlError> {
        self.unions += 1;
        limit_of("union", self.unions)
    }

    /// Binds a list of columns, each with the earlier ones in scope, and names columns without a name.
    fn bind_all(
        &self,
        flow: &Flow,
        operator: &'static str,
        items: &[Named],
    ) -> Result<Vec<(Text, Typed)>, KqlError> {
        let scope = self.scope(flow, operator);
        let mut unnamed = 0;
        items
            .iter()
            .map(|item| {
                let typed = scope.bind(&item.expression)?;
                Ok((column_name(item, &mut unnamed), typed))
            })
            .collect()
    }

    fn sort(
        &self,
        flow: &mut Flow,
        operator: &'static str,
        keys: &[SortKey],
    ) -> Result<(), KqlError> {
        let scope = self.scope(flow, operator);
        let keys = keys
            .iter()
            .map(|key| Ok((scope.key(&key.expression)?, key)))
            .collect::<Result<Vec<_>, KqlError>>()?;
        flow.sort = keys
            .into_iter()
            .map(|(typed, key)| Sorted {
                register: flow.assign(typed.bound),
                ascending: key.ascending,
                nulls_first: key.nulls_first,
            })
            .collect();
        Ok(())
    }

    fn keys(
        &self,
        flow: &Flow,
        operator: &'static str,
        items: &[Named],
    ) -> Result<Vec<(Text, Typed)>, KqlError> {
        let scope = self.scope(flow, operator);
        let mut unnamed = 0;
        items
            .iter()
            .map(|item| Ok((column_name(item, &mut unnamed), scope.key(&item.expression)?)))
            .collect()
    }

    fn distinct(&self, flow: Flow, items: &[Named]) -> Result<Flow, KqlError> {
        let keys = if items.is_empty() {
            let all = flow.columns.iter().map(|column| {
                let bound = Bound::Register(column.register);
                (column.name.clone(), Typed { bound, kind: column.kind })
            });
            all.collect()
        } else {
            self.keys(&flow, "distinct", items)?
        };
        Ok(group(flow, keys, Vec::new()))
    }

    fn summarize(&self, flow: Flow, aggregates: &[Named], by: &[Named]) -> Result<Flow, KqlError> {
        let keys = self.keys(&flow, "summarize", by)?;
        let scope = self.scope(&flow, "summarize");
        let aggregates = aggregates
            .iter()
            .map(|named| Aggregate::bind(named, &scope))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(group(flow, keys, aggregates))
    }

    fn expand(
        &self,
        flow: &mut Flow,
        columns: &[Expanded],
        index: Option<&str>,
        limit: u64,
    ) -> Result<(), KqlError> {
        let scope = self.scope(flow, "mv-expand");
        let mut unnamed = 0;
        let mut bound = Vec::new();
        for column in columns {
            let typed = scope.bind(&column.item.expression)?;
            if typed.kind != Type::Dynamic {
                return Err(semantic(
                    "mv-expand",
                    "expanded expression expected to have dynamic type",
                ));
            }
            bound.push((column_name(&column.item, &mut unnamed), typed.bound, column.element));
        }
        let mut lists = Vec::new();
        for (name, list, element) in bound {
            let register = flow.register();
            flow.set_column(name, element, register);
            lists.push((list, register, element));
        }
        let index = index.map(|name| {
            let register = flow.register();
            flow.set_column(Text::from(name), Type::Long, register);
            register
        });
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        flow.steps.push(Step::Expand(Expansion { lists, index, limit }));
        Ok(())
    }
}

fn limit_of(operator: &str, count: usize) -> Result<(), KqlError> {
    if count <= HEAVY_LIMIT {
        return Ok(());
    }
    Err(KqlError::Semantic(format!(
        "The number of {operator} operators in the query exceeds the maximum of {HEAVY_LIMIT}."
    )))
}

impl NamePattern {
    fn matches(&self, name: &str) -> bool {
        if self.prefix { name.starts_with(&self.name) } else { name == self.name }
    }
}

/// The column's name: the query's, or else Kusto's default.
fn column_name(item: &Named, unnamed: &mut usize) -> Text {
    let name = item.name.clone().or_else(|| own_name(&item.expression));
    Text::from(name.unwrap_or_else(|| {
        *unnamed += 1;
        format!("Column{unnamed}")
    }))
}

impl Flow {
    fn register(&mut self) -> Register {
        self.registers += 1;
        self.registers - 1
    }

    /// A register that holds the value. A value that is already in a register isn't copied.
    fn assign(&mut self, bound: Bound) -> Register {
        if let Bound::Register(register) = bound {
            return register;
        }
        let register = self.register();
        self.steps.push(Step::Assign(register, bound));
        register
    }

    /// Adds a column, or replaces the column of the same name.
    fn set_column(&mut self, name: Text, kind: Type, register: Register) {
        match self.columns.iter_mut().find(|column| column.name == name) {
            Some(column) => (column.kind, column.register) = (kind, register),
            None => self.columns.push(Column { name, kind, register }),
        }
    }
}
