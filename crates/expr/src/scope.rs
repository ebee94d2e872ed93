//! What an expression can refer to.

use khien_model::reflect::RecordShape;

use crate::types::Type;

/// What an expression can refer to, and how strictly it is checked.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The areas of a subject kind.
    pub(crate) facts: Option<&'static RecordShape>,
    /// `param.NAME`, in the order of [`Inputs::params`](crate::Inputs::params).
    pub(crate) params: Vec<(String, Type)>,
    /// Plain names, in the order of [`Inputs::variables`](crate::Inputs::variables).
    pub(crate) variables: Vec<(String, Type)>,
    /// The namespace in which names are looked up first.
    pub(crate) container: String,
    /// Whether types are left to run time.
    pub(crate) unchecked: bool,
}

impl Scope {
    /// The areas of one subject kind by their names, `now` and `directive.issued`.
    pub fn facts(areas: &'static RecordShape) -> Self {
        Self { facts: Some(areas), ..Self::default() }
    }

    /// No facts: only literals, and what is added. For plain CEL.
    pub fn plain() -> Self {
        Self::default()
    }

    /// Adds `param.name`. Its value is given at the same position in [`Inputs::params`](crate::Inputs::params).
    #[must_use]
    pub fn with_param(mut self, name: impl Into<String>, type_: Type) -> Self {
        self.params.push((name.into(), type_));
        self
    }

    /// Adds a free variable. Its value is given at the same position in
    /// [`Inputs::variables`](crate::Inputs::variables).
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, type_: Type) -> Self {
        self.variables.push((name.into(), type_));
        self
    }

    /// Looks names up in this namespace first (`a.b` before the plain name).
    #[must_use]
    pub fn with_container(mut self, container: impl Into<String>) -> Self {
        self.container = container.into();
        self
    }

    /// Leaves unknown names and wrong types to run time, where they make the result unknown.
    #[must_use]
    pub fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }

    /// The parameters, in the order of [`Inputs::params`](crate::Inputs::params).
    pub fn params(&self) -> &[(String, Type)] {
        &self.params
    }
}
