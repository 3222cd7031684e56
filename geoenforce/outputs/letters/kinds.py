"""Which letters can be drafted."""

from geoenforce.core.terms import Term


class LetterKind(Term):
    """A letter that a person completes and signs."""

    NOTICE = "notice", "书面告知书", "written notice to a township or department"
    DISCIPLINE = "discipline", "责任追究建议书", "disciplinary proposal"
    TALK = "talk", "谈话通知书", "notice of a talk or interview"
