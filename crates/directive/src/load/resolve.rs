//! Draft -> [`Directive`]: references between controls are put in place, expressions compiled against the facts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use khien_expr::{Ast, Inputs, Problem, Program, Scope, Type, Verdict, compile, parse};
use khien_model::facts::{FactDocument, areas_of};
use khien_model::{Subject, SubjectKind};

use super::read::{Draft, DraftClause, DraftControl, DraftParameter};
use super::reader::Reader;
use crate::diagnostic::{Code, Mistake};
use crate::limits::MAX_REFERENCE_CHAIN;
use crate::parameters::{READ_BY_IMPORTS, READ_BY_PASSWORDS, READ_BY_TICKETS};
use crate::source::Span;
use crate::yaml::{Kind, Node};
use crate::{Check, Clause, Control, Directive, Parameter, Texts};

/// Compiles a draft. `None` when a part of it is missing; then the report has an error.
pub(super) fn resolve(draft: Draft<'_>, reader: &mut Reader<'_>) -> Option<Directive> {
    let mut resolver = Resolver::new(&draft, reader);
    resolver.resolve_all();
    let clauses: Vec<Option<Clause>> = draft.clauses.into_iter().map(|clause| resolver.clause(clause)).collect();
    resolver.report_unused(&draft.parameters);
    let parameters: Option<Vec<Parameter>> = draft.parameters.into_iter().map(parameter).collect();
    Some(Directive {
        id: draft.id?,
        title: draft.title?,
        issued: draft.issued?,
        valid_from: draft.valid_from?,
        valid_to: draft.valid_to,
        documents: draft.documents,
        parameters: parameters?,
        clauses: clauses.into_iter().collect::<Option<_>>()?,
    })
}

fn parameter(draft: DraftParameter) -> Option<Parameter> {
    Some(Parameter { name: draft.name, about: draft.about?, kind: draft.kind?, values: draft.values })
}

/// The `pass` expression of a control, which others may refer to.
struct Pass<'n> {
    id: &'n str,
    subject: SubjectKind,
    node: &'n Node,
    state: State,
}

enum State {
    /// Not looked at yet.
    Waiting,
    /// Its references are being followed.
    Open,
    /// It cannot be used; why was reported.
    Failed,
    /// References are in place; `chain` passes in a row refer to each other, this one included.
    Ready { ast: Ast, program: Option<Box<Program>>, chain: usize },
}

struct Resolver<'a, 'r, 'n> {
    reader: &'a mut Reader<'r>,
    /// What the expressions of each kind of subject can refer to, in the order of [`SubjectKind::ALL`].
    scopes: Vec<Scope>,
    passes: Vec<Pass<'n>>,
    by_id: BTreeMap<&'n str, usize>,
    /// The passes whose references are being followed, outermost first.
    path: Vec<usize>,
    /// Stands in for what a wrong reference should have meant, so that the rest is checked all the same.
    blank: Ast,
    used: Vec<bool>,
    /// Whether every expression was compiled, so that a parameter nobody used really is not used.
    complete: bool,
}

impl<'a, 'r, 'n> Resolver<'a, 'r, 'n> {
    fn new(draft: &Draft<'n>, reader: &'a mut Reader<'r>) -> Self {
        let mut passes = Vec::new();
        let mut by_id = BTreeMap::new();
        let mut complete = true;
        for control in draft.clauses.iter().flat_map(|clause| &clause.controls) {
            let (Some(id), Some(subject), Some(node)) = (control.id_text, control.subject, control.pass) else {
                complete = false;
                continue;
            };
            by_id.entry(id).or_insert(passes.len());
            passes.push(Pass { id, subject, node, state: State::Waiting });
        }
        Self {
            reader,
            scopes: SubjectKind::ALL.iter().map(|kind| scope(*kind, &draft.parameters)).collect(),
            passes,
            by_id,
            path: Vec::new(),
            blank: blank(),
            used: vec![false; draft.parameters.len()],
            complete,
        }
    }

    fn resolve_all(&mut self) {
        for index in 0..self.passes.len() {
            self.follow(index);
        }
    }

    /// Puts the references of one pass in place, after those of the passes it refers to. The depth of this recursion is
    /// at most [`MAX_REFERENCE_CHAIN`].
    fn follow(&mut self, index: usize) {
        let Some(pass) = self.passes.get_mut(index) else { return };
        if !matches!(pass.state, State::Waiting) {
            return;
        }
        pass.state = State::Open;
        let (node, subject) = (pass.node, pass.subject);
        self.path.push(index);
        // A wrong reference was reported, and a blank stands in its place: what the whole then asks is not known.
        let complete_before = std::mem::replace(&mut self.complete, true);
        let state = match self.inlined(node, subject) {
            Some((ast, chain)) => match self.compile(&ast, node, subject, &Type::Bool) {
                Some(program) => {
                    if self.complete && asks_nothing(&program, subject) {
                        let span = self.place(node, ast.root.span);
                        self.reader.report.add(Mistake::new(Code::PassAsksNothing, span));
                    }
                    State::Ready { ast, program: Some(Box::new(program)), chain }
                }
                None => State::Failed,
            },
            None => State::Failed,
        };
        self.complete &= complete_before;
        self.path.pop();
        if let Some(pass) = self.passes.get_mut(index) {
            pass.state = state;
        }
    }

    /// The expression in `node` with what it refers to in the place of each reference, and how long the chain of
    /// references is.
    fn inlined(&mut self, node: &Node, subject: SubjectKind) -> Option<(Ast, usize)> {
        let mut ast = match parse(source(node)) {
            Ok(ast) => ast,
            Err(problems) => {
                self.problems(node, &problems);
                return None;
            }
        };
        let references = ast.control_references();
        if references.is_empty() {
            return Some((ast, 1));
        }
        let mut chain = 1;
        for (id, span) in references {
            let span = self.place(node, span);
            chain = chain.max(1 + self.reference(&id, span, subject));
        }
        let result = ast.inline(|id| match self.by_id.get(id).and_then(|index| self.passes.get(*index)) {
            Some(Pass { state: State::Ready { ast, .. }, subject: of, .. }) if *of == subject => Some(ast),
            _ => Some(&self.blank),
        });
        match result {
            Ok(()) => Some((ast, chain)),
            Err(problems) => {
                self.problems(node, &problems);
                None
            }
        }
    }

    /// Checks one reference, makes ready what it refers to, and tells how long the chain of references is from there.
    fn reference(&mut self, id: &str, span: Span, own: SubjectKind) -> usize {
        let Some(index) = self.by_id.get(id).copied() else {
            let problem_text = Texts::new(format!("không có biện pháp `{id}`"), format!("unknown control `{id}`"));
            let same_kind = self.passes.iter().filter(|pass| pass.subject == own).map(|pass| pass.id);
            let mistake = Mistake::new(Code::UnknownControl, span).with_texts("problem", problem_text);
            self.reader.report.add(mistake.suggest(id, same_kind));
            self.complete = false;
            return 0;
        };
        let Some(Pass { subject, state, .. }) = self.passes.get(index) else { return 0 };
        if *subject != own {
            let mistake = Mistake::new(Code::ControlOfOtherSubject, span).with("control", id);
            self.reader.report.add(mistake.with("subject", subject).with("own", own));
            self.complete = false;
        } else if matches!(state, State::Open) {
            let start = self.path.iter().position(|open| *open == index).unwrap_or(0);
            let mut circle: Vec<&str> =
                self.path.iter().skip(start).filter_map(|open| self.passes.get(*open)).map(|pass| pass.id).collect();
            circle.push(id);
            let mistake = Mistake::new(Code::ControlCycle, span).with("circle", circle.join(" → "));
            self.reader.report.add(mistake);
            self.complete = false;
        } else if self.path.len() >= MAX_REFERENCE_CHAIN {
            self.chain_too_long(span);
        } else {
            self.follow(index);
            match self.passes.get(index) {
                Some(Pass { state: State::Ready { chain, .. }, .. }) if *chain < MAX_REFERENCE_CHAIN => return *chain,
                Some(Pass { state: State::Ready { .. }, .. }) => self.chain_too_long(span),
                _ => self.complete = false,
            }
        }
        0
    }

    fn chain_too_long(&mut self, span: Span) {
        self.reader.report.add(Mistake::new(Code::ChainTooLong, span).with("limit", MAX_REFERENCE_CHAIN));
        self.complete = false;
    }

    fn compile(&mut self, ast: &Ast, node: &Node, subject: SubjectKind, expected: &Type) -> Option<Program> {
        let kind = SubjectKind::ALL.iter().position(|kind| *kind == subject)?;
        match compile(ast, self.scopes.get(kind)?, expected) {
            Ok(program) => {
                for index in program.params_read() {
                    if let Some(used) = self.used.get_mut(*index) {
                        *used = true;
                    }
                }
                Some(program)
            }
            Err(problems) => {
                self.problems(node, &problems);
                None
            }
        }
    }

    fn problems(&mut self, node: &Node, problems: &[Problem]) {
        self.complete = false;
        for problem in problems {
            let span = self.place(node, problem.span);
            self.reader.report.add(Mistake::of_expression(problem, span));
        }
    }

    /// Where the part `span` of the expression in `node` stands in the file.
    fn place(&self, node: &Node, span: khien_expr::Span) -> Span {
        let Kind::Scalar(scalar) = &node.kind else { return node.span };
        let place = scalar.locate(self.reader.files.text(node.span), span.range());
        let start = node.span.start as usize;
        Span::new(node.span.file, start + place.start, start + place.end)
    }

    fn clause(&mut self, draft: DraftClause<'n>) -> Option<Clause> {
        let controls: Vec<Option<Control>> = draft.controls.into_iter().map(|control| self.control(control)).collect();
        Some(Clause {
            id: draft.id?,
            title: draft.title?,
            text: draft.text?,
            basis: draft.basis,
            controls: controls.into_iter().collect::<Option<_>>()?,
        })
    }

    fn control(&mut self, draft: DraftControl<'n>) -> Option<Control> {
        let offenders = match (draft.offenders, draft.subject) {
            (Some(node), Some(subject)) => Some(self.offenders(node, subject)),
            _ => None,
        };
        let id = draft.id?;
        let pass = self.by_id.get(id.as_str()).and_then(|index| self.passes.get_mut(*index)).and_then(taken)?;
        Some(Control {
            id,
            subject: draft.subject?,
            title: draft.title?,
            severity: draft.severity?,
            fresh_within: draft.fresh_within?,
            due: draft.due?,
            pass,
            offenders: match offenders {
                Some(offenders) => Some(offenders?),
                None => None,
            },
            fix: draft.fix?,
            examples: draft.examples,
        })
    }

    fn offenders(&mut self, node: &Node, subject: SubjectKind) -> Option<Check> {
        let (ast, _) = self.inlined(node, subject)?;
        let program = self.compile(&ast, node, subject, &Type::list(Type::Text))?;
        Some(Check { source: source(node).trim().to_owned(), program })
    }

    fn report_unused(&mut self, parameters: &[DraftParameter]) {
        if !self.complete {
            return;
        }
        let is_read = |parameter: &DraftParameter| {
            let name = parameter.name.as_str();
            READ_BY_IMPORTS.contains(&name) || READ_BY_PASSWORDS.contains(&name) || READ_BY_TICKETS.contains(&name)
        };
        let unused = parameters.iter().zip(&self.used).filter(|(parameter, used)| !**used && !is_read(parameter));
        for (parameter, _) in unused {
            let mistake = Mistake::new(Code::UnusedParameter, parameter.span);
            self.reader.report.add(mistake.with("parameter", &parameter.name));
        }
    }
}

/// Whether no fact can change what `program` says of a subject of this kind: it reads none, or it is decided while all are
/// unknown, as `fact || true` is. A condition on `now` alone may be decided at one time and open at another, so it is tried
/// at both ends of time.
fn asks_nothing(program: &Program, kind: SubjectKind) -> bool {
    if program.areas_read().is_empty() {
        return true;
    }
    let nothing = FactDocument::empty(Subject { kind, id: String::new() });
    [Timestamp::MIN, Timestamp::MAX].into_iter().all(|now| {
        let inputs = Inputs::new(nothing.facts(), now);
        program.evaluate(&inputs).verdict != Verdict::Unknown
    })
}

fn source(node: &Node) -> &str {
    match &node.kind {
        Kind::Scalar(scalar) => &scalar.text,
        _ => "",
    }
}

fn taken(pass: &mut Pass<'_>) -> Option<Check> {
    match &mut pass.state {
        State::Ready { program, .. } => {
            Some(Check { source: source(pass.node).trim().to_owned(), program: *program.take()? })
        }
        _ => None,
    }
}

fn scope(kind: SubjectKind, parameters: &[DraftParameter]) -> Scope {
    parameters.iter().fold(Scope::facts(areas_of(kind)), |scope, parameter| {
        // A parameter whose type could not be read was reported; it fits everywhere.
        let type_ = parameter.kind.map_or(Type::Dyn, crate::ParameterType::in_checks);
        scope.with_param(&parameter.name, type_)
    })
}

fn blank() -> Ast {
    use khien_expr::ast::{Expr, ExprKind, Literal};
    Ast { root: Expr::new(ExprKind::Literal(Literal::Bool(true)), khien_expr::Span::new(0, 0)) }
}
