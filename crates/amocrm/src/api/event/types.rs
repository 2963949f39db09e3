//! The types of events: which say something, and which do not.

use super::IgnoredReason;

/// The types of events that say something, as the API's filter takes them. Changes of custom fields come as
/// `custom_field_value_changed`; changes of tasks serve [`Past`](crate::api::Past).
pub const TYPES: &[&str] = &[
    "lead_added",
    "lead_deleted",
    "lead_restored",
    "lead_status_changed",
    "lead_linked",
    "lead_unlinked",
    "contact_added",
    "contact_deleted",
    "contact_restored",
    "contact_linked",
    "contact_unlinked",
    "company_added",
    "company_deleted",
    "company_restored",
    "company_linked",
    "company_unlinked",
    "task_added",
    "task_deleted",
    "task_completed",
    "task_type_changed",
    "task_text_changed",
    "task_deadline_changed",
    "task_result_added",
    "incoming_call",
    "outgoing_call",
    "incoming_chat_message",
    "outgoing_chat_message",
    "incoming_sms",
    "outgoing_sms",
    "entity_direct_message",
    "entity_tag_added",
    "entity_tag_deleted",
    "entity_linked",
    "entity_unlinked",
    "entity_merged",
    "sale_field_changed",
    "name_field_changed",
    "custom_field_value_changed",
    "entity_responsible_changed",
    "robot_replied",
    "common_note_added",
    "common_note_deleted",
    "attachment_note_added",
    "talk_created",
    "talk_closed",
];

/// Types that the CRM documents and that say nothing about deals, or only that the system did something.
pub(super) fn foreign(kind: &str) -> IgnoredReason {
    const NOT_MEASURED: &[&str] = &[
        "intent_identified",
        "nps_rate_added",
        "link_followed",
        "transaction_added",
        "key_action_completed",
        "ltv_field_changed",
        "geo_note_added",
        "service_note_added",
        "site_visit_note_added",
        "message_to_cashier_note_added",
        "conversation_answered",
    ];
    let not_measured = NOT_MEASURED.contains(&kind)
        || kind.starts_with("customer_")
        || kind.starts_with("catalog_")
        || kind.starts_with("targeting_");
    match kind {
        _ if not_measured => IgnoredReason::NotMeasured,
        _ if TYPES.contains(&kind) => IgnoredReason::ForeignElement,
        _ => IgnoredReason::UnknownKind,
    }
}
