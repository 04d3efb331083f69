//! Syntax tree to typed tree: names resolved, types checked, every fault located and reported in one pass.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use super::evaluate::{Node, TextTest};
use super::specialise::{all, any, choose, not, strict};
use super::syntax::{Call, Expr, ExprKind};
use super::value::{Comparison, Operator, TimeFault, Type, Value};
use super::{Declarations, Fault, Root, excluded};
use crate::list::List;
use crate::text::closest;

/// The type of a checked expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ty {
    /// The type of something with a fault: fits everything, so one fault is one message.
    Any,
    /// Lists inside each other, this many, of which the innermost is empty: its elements are of whatever type.
    Empty(usize),
    Of(Type),
}

impl Ty {
    /// The name of the type, where it is known and none that is asked for.
    fn unless(&self, asked: impl FnOnce(&Type) -> bool) -> Option<String> {
        match self {
            Ty::Any => None,
            Ty::Empty(_) => Some(name_of(self)),
            Ty::Of(ty) => (!asked(ty)).then(|| name_of(self)),
        }
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::OneOf(_))
}

const BOOL: Ty = Ty::Of(Type::Bool);

pub(super) struct Checker<'d> {
    pub(super) declarations: &'d dyn Declarations,
    pub(super) faults: Vec<Fault>,
}

type Checked = (Node, Ty);

impl Checker<'_> {
    fn fault(&mut self, range: &Range<usize>, message: String, help: Option<String>) -> Checked {
        self.faults.push(Fault {
            range: range.clone(),
            message,
            help,
        });
        (Node::Unknown, Ty::Any)
    }

    /// Checks that the whole is a boolean.
    pub(super) fn condition(&mut self, expr: &Expr) -> Node {
        self.boolean(expr, "a condition must be true or false")
    }

    fn boolean(&mut self, expr: &Expr, why: &str) -> Node {
        let (node, ty) = self.expr(expr);
        if let Some(other) = ty.unless(|ty| *ty == Type::Bool) {
            self.fault(&expr.range, format!("{why}; this is {other}"), None);
        }
        node
    }

    fn expr(&mut self, expr: &Expr) -> Checked {
        match &expr.kind {
            ExprKind::Bad => (Node::Unknown, Ty::Any),
            ExprKind::Bool(value) => constant(Value::Bool(*value), Type::Bool),
            ExprKind::Int(value) => constant(Value::Int(*value), Type::Int),
            ExprKind::Decimal(value) => constant(Value::Decimal(*value), Type::Decimal),
            ExprKind::Text(value) => constant(Value::String(value.clone()), Type::String),
            ExprKind::List(items) => self.list(items),
            ExprKind::Name(name) => self.name(name, &expr.range),
            ExprKind::Select(target, field) => self.select(target, field, &expr.range),
            ExprKind::Call(call) => self.call(call, &expr.range),
            ExprKind::Not(operand) => (not(self.boolean(operand, "`!` takes a boolean")), BOOL),
            ExprKind::Negate(operand) => self.negate(operand),
            ExprKind::All(operands) => {
                let operands = self.booleans(operands, "`&&` takes booleans");
                (all(operands), BOOL)
            }
            ExprKind::Any(operands) => {
                let operands = self.booleans(operands, "`||` takes booleans");
                (any(operands), BOOL)
            }
            ExprKind::Compare(comparison, sides) => {
                (self.compare(*comparison, sides, &expr.range), BOOL)
            }
            ExprKind::In(sides) => (self.membership(sides, &expr.range), BOOL),
            ExprKind::Arithmetic(first, rest) => self.arithmetic(first, rest),
            ExprKind::If(branches) => self.ternary(branches, &expr.range),
        }
    }

    fn booleans(&mut self, operands: &[Expr], why: &str) -> Vec<Node> {
        operands
            .iter()
            .map(|operand| self.boolean(operand, why))
            .list()
    }

    fn list(&mut self, items: &[Expr]) -> Checked {
        let mut nodes = Vec::with_capacity(items.len());
        let mut element = Ty::Any;
        for item in items {
            let (node, ty) = self.expr(item);
            nodes.push(node);
            match join(&element, &ty) {
                Some(joined) => element = joined,
                None => {
                    let message = format!(
                        "the elements of a list are of one type; this is {} among others that are {}",
                        name_of(&ty),
                        name_of(&element)
                    );
                    self.fault(&item.range, message, None);
                }
            }
        }
        let ty = match element {
            Ty::Any if items.is_empty() => Ty::Empty(1),
            Ty::Any => Ty::Any,
            Ty::Empty(levels) => Ty::Empty(levels.saturating_add(1)),
            Ty::Of(element) => Ty::Of(Type::List(Box::new(element))),
        };
        (strict(Node::List(nodes)), ty)
    }

    fn name(&mut self, name: &str, range: &Range<usize>) -> Checked {
        if name == "at" {
            return match self.declarations.resolve(Root::At, "") {
                Some((slot, ty)) => (Node::Variable(slot), Ty::Of(ty)),
                None => self.fault(range, "`at` is not known here".to_string(), None),
            };
        }
        if let Some(root) = Root::named(name) {
            let field = self.declarations.fields(root).into_iter().next();
            let help =
                field.map(|field| format!("name one of its fields, such as `{name}.{field}`"));
            return self.fault(range, format!("`{name}` alone is no value"), help);
        }
        let help = closest(
            name,
            ["request", "deployment", "fact", "at", "true", "false"].into_iter(),
        );
        let help = match help {
            Some(help) => Some(format!("did you mean `{help}`?")),
            None => Some(self.home_of(name).unwrap_or_else(|| {
                "names start with `request.`, `deployment.` or `fact.`; text goes between quotes".to_owned()
            })),
        };
        self.fault(range, format!("unknown name `{name}`"), help)
    }

    /// For a field written without its root.
    fn home_of(&self, field: &str) -> Option<String> {
        let mut roots = [Root::Request, Root::Deployment, Root::Fact].into_iter();
        let root = roots.find(|root| self.declarations.resolve(*root, field).is_some())?;
        Some(format!("did you mean `{}.{field}`?", root.name()))
    }

    fn select(&mut self, target: &Expr, field: &str, range: &Range<usize>) -> Checked {
        if let ExprKind::Name(name) = &target.kind
            && let Some(root) = Root::named(name).filter(|root| *root != Root::At)
        {
            return match self.declarations.resolve(root, field) {
                Some((slot, ty)) => (Node::Variable(slot), Ty::Of(ty)),
                None => self.unknown_field(root, field, range),
            };
        }
        let (_, ty) = self.expr(target);
        if ty == Ty::Any {
            return (Node::Unknown, Ty::Any);
        }
        let message = format!("{} has no fields", name_of(&ty));
        self.fault(
            range,
            message,
            Some("values have no parts; declare an attribute".to_string()),
        )
    }

    fn unknown_field(&mut self, root: Root, field: &str, range: &Range<usize>) -> Checked {
        let fields = self.declarations.fields(root);
        let name = root.name();
        let help = match closest(field, fields.iter().map(String::as_str)) {
            Some(near) => Some(format!("did you mean `{name}.{near}`?")),
            None => match self.home_of(field) {
                Some(help) => Some(help),
                None => among("its fields are", &fields),
            },
        };
        self.fault(range, format!("`{name}` has no field `{field}`"), help)
    }

    fn negate(&mut self, operand: &Expr) -> Checked {
        let (node, ty) = self.expr(operand);
        match ty.unless(|ty| matches!(ty, Type::Int | Type::Decimal)) {
            None => (strict(Node::Negate(Box::new(node))), ty),
            Some(other) => {
                let message = format!("`-` takes a number; this is {other}");
                self.fault(&operand.range, message, None)
            }
        }
    }

    fn compare(&mut self, comparison: Comparison, sides: &[Expr; 2], range: &Range<usize>) -> Node {
        let [left, right] = sides;
        let (left_node, left_ty) = self.expr(left);
        let (right_node, right_ty) = self.expr(right);
        let symbol = comparison.symbol();
        if join(&left_ty, &right_ty).is_none() {
            let message = format!(
                "`{symbol}` compares values of one type; the left is {}, the right {}",
                name_of(&left_ty),
                name_of(&right_ty)
            );
            self.fault(range, message, None);
        } else if comparison.orders() && [&left_ty, &right_ty].into_iter().any(is_list) {
            self.fault(range, format!("lists have no order for `{symbol}`"), None);
        } else {
            self.listed(&left_ty, right);
            self.listed(&right_ty, left);
        }
        strict(Node::Compare(comparison, Box::new([left_node, right_node])))
    }

    fn membership(&mut self, sides: &[Expr; 2], range: &Range<usize>) -> Node {
        let [item, list] = sides;
        let (item_node, item_ty) = self.expr(item);
        let (list_node, list_ty) = self.expr(list);
        let element = match &list_ty {
            Ty::Any | Ty::Empty(1) => Ty::Any,
            Ty::Empty(levels) => Ty::Empty(levels.saturating_sub(1)),
            Ty::Of(Type::List(element)) => Ty::Of((**element).clone()),
            Ty::Of(other) => {
                let message = format!("`in` needs a list on the right; this is {other}");
                let help = matches!(other, Type::String | Type::OneOf(_))
                    .then(|| "for a part of a string write `text.contains(part)`".to_string());
                self.fault(&list.range, message, help);
                return Node::Unknown;
            }
        };
        if join(&item_ty, &element).is_none() {
            let message = format!(
                "the list never holds {}; its elements are each {}",
                name_of(&item_ty),
                name_of(&element)
            );
            self.fault(range, message, None);
        } else {
            self.listed(&item_ty, list);
            self.listed(&element, item);
        }
        strict(Node::In(Box::new([item_node, list_node])))
    }

    /// Reports each literal of `expr` that a value of type `ty` can never equal.
    fn listed(&mut self, ty: &Ty, expr: &Expr) {
        let values = match ty {
            Ty::Of(Type::OneOf(values)) => values,
            Ty::Of(Type::List(element)) => {
                return self.listed(&Ty::Of((**element).clone()), expr);
            }
            Ty::Any
            | Ty::Empty(_)
            | Ty::Of(
                Type::Bool
                | Type::Int
                | Type::Decimal
                | Type::String
                | Type::Timestamp
                | Type::Duration,
            ) => return,
        };
        if let ExprKind::Text(text) = &expr.kind
            && !values.contains(text)
        {
            let help = match closest(text, values.iter().map(String::as_str)) {
                Some(near) => Some(format!("did you mean `{near}`?")),
                None => among("the values are", values),
            };
            self.fault(
                &expr.range,
                format!("`{text}` is not one of the values"),
                help,
            );
        }
        if let ExprKind::List(items) = &expr.kind {
            items.iter().for_each(|item| self.listed(ty, item));
        }
        if let ExprKind::If(branches) = &expr.kind {
            branches
                .iter()
                .skip(1)
                .for_each(|branch| self.listed(ty, branch));
        }
    }

    fn arithmetic(&mut self, first: &Expr, rest: &[(Operator, Expr)]) -> Checked {
        let (first_node, mut ty) = self.expr(first);
        let mut nodes = Vec::with_capacity(rest.len());
        for (operator, operand) in rest {
            let (node, operand_ty) = self.expr(operand);
            nodes.push((*operator, node));
            ty = match result(*operator, &ty, &operand_ty) {
                Some(ty) => ty,
                None => {
                    let range = first.range.start..operand.range.end;
                    self.no_arithmetic(*operator, &ty, &operand_ty, &range)
                }
            };
        }
        (strict(Node::Arithmetic(Box::new(first_node), nodes)), ty)
    }

    fn no_arithmetic(
        &mut self,
        operator: Operator,
        left: &Ty,
        right: &Ty,
        range: &Range<usize>,
    ) -> Ty {
        let symbol = operator.symbol();
        let message = format!(
            "`{symbol}` does not take {} and {}",
            name_of(left),
            name_of(right)
        );
        let mixed = [left, right].contains(&&Ty::Of(Type::Int))
            && [left, right].contains(&&Ty::Of(Type::Decimal));
        let help = mixed.then(|| "write the integer as a decimal, `2.0` for `2`".to_string());
        self.fault(range, message, help).1
    }

    fn ternary(&mut self, branches: &[Expr; 3], range: &Range<usize>) -> Checked {
        let [condition, then, otherwise] = branches;
        let condition = self.boolean(condition, "`?` asks a boolean");
        let (then, then_ty) = self.expr(then);
        let (otherwise, otherwise_ty) = self.expr(otherwise);
        match join(&then_ty, &otherwise_ty) {
            Some(ty) => (choose(condition, then, otherwise), ty),
            None => {
                let message = format!(
                    "both branches of `?` are of one type; the first is {}, the second {}",
                    name_of(&then_ty),
                    name_of(&otherwise_ty)
                );
                self.fault(range, message, None)
            }
        }
    }

    fn call(&mut self, call: &Call, range: &Range<usize>) -> Checked {
        let method = call.target.is_some();
        if let Some((message, help)) = excluded::call(&call.name, method) {
            return self.fault(&call.name_range, message, help.map(ToString::to_string));
        }
        match (call.name.as_str(), &call.target, call.arguments.as_slice()) {
            ("startsWith", Some(text), [part]) => self.text(TextTest::StartsWith, text, part),
            ("endsWith", Some(text), [part]) => self.text(TextTest::EndsWith, text, part),
            ("contains", Some(text), [part]) => self.text(TextTest::Contains, text, part),
            ("size", Some(value), []) | ("size", None, [value]) => self.size(value),
            ("has", None, [field]) => self.has(field),
            ("within", None, [zone, area]) => self.within(zone, area),
            ("timestamp", None, [text]) => self.timestamp(text),
            ("duration", None, [text]) => self.duration(text),
            _ => self.no_such_call(call, range),
        }
    }

    fn no_such_call(&mut self, call: &Call, range: &Range<usize>) -> Checked {
        const KNOWN: [(&str, &str); 8] = [
            ("startsWith", "text.startsWith(part)"),
            ("endsWith", "text.endsWith(part)"),
            ("contains", "text.contains(part)"),
            ("size", "size(value)"),
            ("has", "has(request.field)"),
            ("within", "within(zone, \"area\")"),
            ("timestamp", "timestamp(\"2026-04-27T00:00:00Z\")"),
            ("duration", "duration(\"1h30m\")"),
        ];
        let name = &call.name;
        if let Some((_, usage)) = KNOWN.iter().find(|(known, _)| known == name) {
            let message = format!("`{name}` is not called like this");
            return self.fault(range, message, Some(format!("write `{usage}`")));
        }
        let help = closest(name, KNOWN.iter().map(|(known, _)| *known))
            .map(|near| format!("did you mean `{near}`?"));
        self.fault(&call.name_range, format!("unknown function `{name}`"), help)
    }

    fn string(&mut self, expr: &Expr, why: &str) -> Node {
        let (node, ty) = self.expr(expr);
        if let Some(other) = ty.unless(is_text) {
            self.fault(
                &expr.range,
                format!("{why} a string; this is {other}"),
                None,
            );
        }
        node
    }

    fn text(&mut self, test: TextTest, text: &Expr, part: &Expr) -> Checked {
        let (name, help) = match test {
            TextTest::StartsWith => ("startsWith", None),
            TextTest::EndsWith => ("endsWith", None),
            TextTest::Contains => ("contains", Some("for a list write `value in list`")),
        };
        let (node, ty) = self.expr(text);
        if let Some(other) = ty.unless(is_text) {
            let message = format!("`{name}` asks a string; this is {other}");
            let help = help.filter(|_| is_list(&ty)).map(ToString::to_string);
            self.fault(&text.range, message, help);
        }
        let part = self.string(part, &format!("`{name}` takes"));
        (strict(Node::Text(test, Box::new([node, part]))), BOOL)
    }

    fn size(&mut self, value: &Expr) -> Checked {
        let (node, ty) = self.expr(value);
        match ty.unless(is_text).filter(|_| !is_list(&ty)) {
            None => (strict(Node::Size(Box::new(node))), Ty::Of(Type::Int)),
            Some(other) => {
                let message = format!("`size` takes a string or a list; this is {other}");
                self.fault(&value.range, message, None)
            }
        }
    }

    fn has(&mut self, field: &Expr) -> Checked {
        let ExprKind::Select(..) = &field.kind else {
            let message = "`has` takes a field".to_string();
            return self.fault(
                &field.range,
                message,
                Some("write `has(request.field)`".to_string()),
            );
        };
        if let (Node::Variable(slot), _) = self.expr(field) {
            return (Node::Has(slot), BOOL);
        }
        (Node::Unknown, BOOL)
    }

    fn within(&mut self, zone: &Expr, area: &Expr) -> Checked {
        let node = self.string(zone, "the first argument of `within` is");
        if let ExprKind::Text(name) = &zone.kind {
            self.zone(name, &zone.range);
        }
        let ExprKind::Text(area_name) = &area.kind else {
            let message = "the second argument of `within` is a zone between quotes".to_string();
            return self.fault(&area.range, message, None);
        };
        self.zone(area_name, &area.range);
        if node == Node::Unknown {
            return (Node::Unknown, BOOL);
        }
        (Node::Within(Box::new(node), area_name.clone()), BOOL)
    }

    fn zone(&mut self, name: &str, range: &Range<usize>) {
        if self.declarations.is_zone(name) {
            return;
        }
        let zones = self.declarations.zones();
        let help = match closest(name, zones.iter().map(String::as_str)) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None => among("the zones are", &zones),
        };
        self.fault(range, format!("unknown zone `{name}`"), help);
    }

    fn timestamp(&mut self, text: &Expr) -> Checked {
        if let ExprKind::Text(written) = &text.kind {
            let help = match super::value::parse_timestamp(written) {
                Ok(instant) => return constant(Value::Timestamp(instant), Type::Timestamp),
                Err(TimeFault::TooFine) => "time is counted in whole milliseconds",
                Err(TimeFault::Malformed) => {
                    "write a time with its offset, such as `2026-04-27T00:00:00Z`"
                }
            };
            let message = format!("`{written}` is no timestamp");
            let (node, _) = self.fault(&text.range, message, Some(help.to_string()));
            return (node, Ty::Of(Type::Timestamp));
        }
        let node = self.string(text, "`timestamp` takes");
        (
            strict(Node::Timestamp(Box::new(node))),
            Ty::Of(Type::Timestamp),
        )
    }

    fn duration(&mut self, text: &Expr) -> Checked {
        if let ExprKind::Text(written) = &text.kind {
            let help = match super::value::parse_duration(written) {
                Ok(ms) => return constant(Value::Duration(ms), Type::Duration),
                Err(TimeFault::TooFine) => "time is counted in whole milliseconds",
                Err(TimeFault::Malformed) => {
                    "write numbers with `h`, `m`, `s` or `ms`, such as `1h30m`; at most 292 years"
                }
            };
            let message = format!("`{written}` is no duration");
            let (node, _) = self.fault(&text.range, message, Some(help.to_string()));
            return (node, Ty::Of(Type::Duration));
        }
        let node = self.string(text, "`duration` takes");
        (
            strict(Node::Duration(Box::new(node))),
            Ty::Of(Type::Duration),
        )
    }
}

fn constant(value: Value, ty: Type) -> Checked {
    (Node::Constant(value), Ty::Of(ty))
}

fn is_list(ty: &Ty) -> bool {
    matches!(ty, Ty::Empty(_) | Ty::Of(Type::List(_)))
}

fn name_of(ty: &Ty) -> String {
    match ty {
        Ty::Any => "a value".to_string(),
        Ty::Empty(_) => "a list".to_string(),
        Ty::Of(ty) => ty.to_string(),
    }
}

/// The words, when they are few enough to read.
fn among(lead: &str, words: &[String]) -> Option<String> {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).list();
    ((1..=8).contains(&quoted.len())).then(|| format!("{lead} {}", quoted.join(", ")))
}

/// The type that holds the values of both, or `None` where none does. Numbers mix, as in CEL's comparisons.
fn join(left: &Ty, right: &Ty) -> Option<Ty> {
    match (left, right) {
        (Ty::Any, other) | (other, Ty::Any) => Some(other.clone()),
        (Ty::Empty(left), Ty::Empty(right)) => Some(Ty::Empty(*left.max(right))),
        (Ty::Empty(levels), Ty::Of(ty)) | (Ty::Of(ty), Ty::Empty(levels)) => {
            (*levels <= levels_of(ty)).then(|| Ty::Of(ty.clone()))
        }
        (Ty::Of(left), Ty::Of(right)) => join_types(left, right).map(Ty::Of),
    }
}

/// How many lists inside each other the values of a type are.
fn levels_of(ty: &Type) -> usize {
    match ty {
        Type::List(element) => levels_of(element).saturating_add(1),
        Type::Bool
        | Type::Int
        | Type::Decimal
        | Type::String
        | Type::OneOf(_)
        | Type::Timestamp
        | Type::Duration => 0,
    }
}

fn join_types(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (Type::Int, Type::Decimal) | (Type::Decimal, Type::Int) => Some(Type::Decimal),
        (Type::String | Type::OneOf(_), Type::String | Type::OneOf(_)) if left != right => {
            Some(Type::String)
        }
        (Type::List(left), Type::List(right)) => {
            join_types(left, right).map(|element| Type::List(Box::new(element)))
        }
        _ => (left == right).then(|| left.clone()),
    }
}

fn result(operator: Operator, left: &Ty, right: &Ty) -> Option<Ty> {
    let (left, right) = match (left, right) {
        (Ty::Any, _) | (_, Ty::Any) => return Some(Ty::Any),
        (Ty::Empty(_), _) | (_, Ty::Empty(_)) => {
            return join(left, right).filter(|_| operator == Operator::Plus);
        }
        (Ty::Of(left), Ty::Of(right)) => (left, right),
    };
    let (plus, minus) = (operator == Operator::Plus, operator == Operator::Minus);
    let modulo = operator == Operator::Modulo;
    let ty = match (left, right) {
        (Type::Int, Type::Int) => Type::Int,
        (Type::Decimal, Type::Decimal) if !modulo => Type::Decimal,
        (Type::String | Type::OneOf(_), Type::String | Type::OneOf(_)) if plus => Type::String,
        (Type::List(_), Type::List(_)) if plus => join_types(left, right)?,
        (Type::Duration, Type::Duration) if plus || minus => Type::Duration,
        (Type::Timestamp, Type::Duration) if plus || minus => Type::Timestamp,
        (Type::Duration, Type::Timestamp) if plus => Type::Timestamp,
        (Type::Timestamp, Type::Timestamp) if minus => Type::Duration,
        _ => return None,
    };
    Some(Ty::Of(ty))
}
