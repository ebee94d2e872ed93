//! A compiled expression: an arena of small operations with every name resolved to an index.

use jiff::{SignedDuration, Timestamp};
use khien_model::SubjectKind;
use khien_model::facts::{AreaView, FactSet};
use khien_model::reflect::RecordShape;
use regex::Regex;

use crate::ast::BinaryOperator;
use crate::eval;
use crate::functions::Function;
use crate::outcome::{Computed, Explanation, Outcome};
use crate::types::Type;
use crate::value::Value;

/// What an evaluation looks at. Nothing else can change its result.
#[derive(Clone, Copy)]
pub struct Inputs<'f> {
    /// The facts about the subject.
    pub facts: &'f dyn FactSet,
    /// `now`
    pub now: Timestamp,
    /// Facts observed longer ago than this are unknown.
    pub fresh_within: Option<SignedDuration>,
    /// The values of [`Scope::with_param`](crate::Scope::with_param), in the same order.
    pub params: &'f [Value],
    /// `directive.issued`
    pub issued: Option<Timestamp>,
    /// The values of [`Scope::with_variable`](crate::Scope::with_variable), in the same order.
    pub variables: &'f [Value],
}

impl<'f> Inputs<'f> {
    /// Facts at a moment; no freshness limit, no parameters.
    pub fn new(facts: &'f dyn FactSet, now: Timestamp) -> Self {
        Self { facts, now, fresh_within: None, params: &[], issued: None, variables: &[] }
    }

    /// No facts at all, for plain CEL.
    pub fn without_facts(now: Timestamp) -> Self {
        Self::new(&NoFacts, now)
    }
}

/// A subject without areas.
struct NoFacts;

static NO_AREAS: RecordShape = RecordShape { name: "NoFacts", doc: "", fields: &[] };

impl FactSet for NoFacts {
    fn kind(&self) -> SubjectKind {
        SubjectKind::System
    }
    fn shape(&self) -> &'static RecordShape {
        &NO_AREAS
    }
    fn area(&self, _index: usize) -> Option<AreaView<'_>> {
        None
    }
}

/// The position of a [`Node`] in its program.
pub(crate) type NodeId = u32;

/// One operation. Operands stand before it in the arena.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node {
    /// A value known when the program was compiled.
    Constant(u32),
    Now,
    Issued,
    Param(u32),
    Variable(u32),
    /// The loop variable or binding so many frames up.
    Local(u32),
    /// A field of an area, the commonest operation of all.
    AreaField {
        area: u32,
        field: u32,
    },
    /// A whole area; only as an operand of `has`.
    Area(u32),
    /// A field of a loop variable.
    LocalField {
        up: u32,
        field: u32,
    },
    Field {
        record: NodeId,
        field: u32,
    },
    /// A map entry by its name, or a field of something whose type is not known before it runs.
    Select {
        operand: NodeId,
        name: u32,
    },
    /// Whether a fact is known.
    HasFact(NodeId),
    /// Whether a map has an entry.
    HasSelect {
        operand: NodeId,
        name: u32,
    },
    Index {
        operand: NodeId,
        index: NodeId,
    },
    Not(NodeId),
    Negate(NodeId),
    /// `&&` (decided by false) and `||` (decided by true).
    Junction {
        left: NodeId,
        right: NodeId,
        decisive: bool,
    },
    Conditional {
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
    },
    Equal {
        left: NodeId,
        right: NodeId,
        negated: bool,
    },
    Order {
        operator: BinaryOperator,
        left: NodeId,
        right: NodeId,
    },
    /// `now - moment operator limit`, of which most checks of a date are made.
    Age {
        operator: BinaryOperator,
        moment: NodeId,
        limit: NodeId,
    },
    In {
        item: NodeId,
        within: NodeId,
    },
    Arithmetic {
        operator: BinaryOperator,
        left: NodeId,
        right: NodeId,
    },
    /// A function; its arguments are a range of [`Program::operands`].
    Call {
        function: Function,
        first: u32,
        count: u32,
    },
    /// `matches` with a pattern known when the program was compiled.
    Matches {
        text: NodeId,
        pattern: u32,
    },
    /// A list; its items are a range of [`Program::operands`].
    List {
        first: u32,
        count: u32,
    },
    /// A map; keys and values by turns are a range of [`Program::operands`].
    Map {
        first: u32,
        count: u32,
    },
    /// A macro over a list or map: see [`Program::loops`].
    Loop(u32),
    /// `cel.bind`
    Bind {
        value: NodeId,
        body: NodeId,
    },
    /// Something that is known to fail, in an unchecked scope.
    Fails,
}

/// A macro over a list or map.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loop {
    pub(crate) kind: LoopKind,
    pub(crate) range: NodeId,
    /// What is asked of each item, or `None` when every item is taken.
    pub(crate) predicate: Option<NodeId>,
    /// What is made of each item.
    pub(crate) transform: Option<NodeId>,
    /// Whether there are two variables: position (or key) and item.
    pub(crate) pair: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoopKind {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
    TransformMap,
}

/// A compiled expression: names are resolved, constants computed, patterns compiled.
#[derive(Debug)]
pub struct Program {
    pub(crate) nodes: Vec<Node>,
    pub(crate) root: NodeId,
    /// The areas it was compiled against; facts of another kind of subject are refused.
    pub(crate) facts: Option<&'static RecordShape>,
    pub(crate) constants: Vec<Value>,
    pub(crate) names: Vec<String>,
    pub(crate) param_names: Vec<String>,
    pub(crate) patterns: Vec<Regex>,
    pub(crate) operands: Vec<NodeId>,
    pub(crate) loops: Vec<Loop>,
    /// Per node: whether it might be decided without any fact.
    pub(crate) free: Vec<bool>,
    /// Whether some fact can be read in two places, so that the reasons need to be minimised by trial.
    pub(crate) repeats: bool,
    pub(crate) result: Type,
    pub(crate) areas: Vec<usize>,
    pub(crate) params: Vec<usize>,
    pub(crate) uses_now: bool,
}

impl Program {
    /// The verdict, fast: nothing is recorded.
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> Outcome {
        eval::evaluate(self, inputs)
    }

    /// The verdict with the smallest set of facts that decides it.
    pub fn explain<'f>(&'f self, inputs: &Inputs<'f>) -> Explanation<'f> {
        eval::explain(self, inputs)
    }

    /// The value, for expressions that yield something else than a verdict.
    pub fn evaluate_value<'f>(&'f self, inputs: &Inputs<'f>) -> Computed<'f> {
        eval::evaluate_value(self, inputs)
    }

    /// The type of the result.
    pub fn result_type(&self) -> &Type {
        &self.result
    }

    /// The indices of the areas that may be read, ascending.
    pub fn areas_read(&self) -> &[usize] {
        &self.areas
    }

    /// The indices of the parameters that may be read, ascending.
    pub fn params_read(&self) -> &[usize] {
        &self.params
    }

    /// Whether `now` is read. (Staleness depends on time all the same.)
    pub fn uses_now(&self) -> bool {
        self.uses_now
    }
}

const _: () = {
    const fn shared_between_threads<T: Send + Sync>() {}
    shared_between_threads::<Program>();
};
