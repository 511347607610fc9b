#pragma once

#include "storage/byte_store.hpp"

/// The views' numbers. On disk; never change, and a retired number stays listed.
namespace annals::view {

inline constexpr ViewId applied{1};   ///< "": position and time of the last commit that the views hold
inline constexpr ViewId rebuilds{2};  ///< of platform 0: the projections whose rebuilding has begun and not ended
inline constexpr ViewId shape{3};     ///< of platform 0, "": the shape in which the views are written

inline constexpr ViewId passed_over{4};  ///< by first position: the commits in quarantine that nothing was taken from

inline constexpr ViewId own_platform{10};          ///< "": the platform's own key and name
inline constexpr ViewId notifications{13};         ///< "": which notifications the platform sends
inline constexpr ViewId registered_platforms{11};  ///< of platform 0, by id
inline constexpr ViewId platform_keys{12};         ///< of platform 0: digest of the key → id

inline constexpr ViewId users{20};        ///< of platform 0, by id
inline constexpr ViewId usernames{21};    ///< of platform 0: digest → id
inline constexpr ViewId user_emails{22};  ///< of platform 0: digest → id

inline constexpr ViewId members{30};  ///< by user id

inline constexpr ViewId roles{40};       ///< by id
inline constexpr ViewId role_names{41};  ///< digest → id

inline constexpr ViewId policies{50};       ///< by id
inline constexpr ViewId policy_names{51};   ///< digest → id
inline constexpr ViewId role_policies{52};  ///< role id ‖ policy id

inline constexpr ViewId api_keys{60};       ///< by id
inline constexpr ViewId api_key_names{61};  ///< digest → id, of those not revoked

inline constexpr ViewId key_uses{62};  ///< by id: when last used; a side table of no projection

inline constexpr ViewId organizations{70};           ///< by ordinal
inline constexpr ViewId organization_ids{71};        ///< id → ordinal, and whether it is there
inline constexpr ViewId organization_names{72};      ///< digest → id
inline constexpr ViewId organization_positions{73};  ///< ordinal ‖ first position → positions of older events

inline constexpr ViewId persons{80};            ///< by ordinal
inline constexpr ViewId person_ids{81};         ///< id → ordinal, and whether it is there
inline constexpr ViewId person_unique_ids{82};  ///< digest → id
inline constexpr ViewId person_emails{83};      ///< digest of the primary email ‖ ordinal → id
inline constexpr ViewId person_positions{84};   ///< ordinal ‖ first position → positions of older events

inline constexpr ViewId merges{86};    ///< by the duplicate's id: how it was merged away
inline constexpr ViewId erasures{87};  ///< by the person's id

inline constexpr ViewId invitations{90};            ///< by id
inline constexpr ViewId active_invitations{91};     ///< digest of the email → id, of the open ones
inline constexpr ViewId invitations_by_expiry{92};  ///< expiry ‖ id, of the open ones
inline constexpr ViewId person_invitations{93};     ///< person id ‖ invitation id: all that were sent to it

inline constexpr ViewId webhooks{110};  ///< by id

inline constexpr ViewId kept_answers{100};          ///< digest of user and Idempotency-Key
inline constexpr ViewId kept_answers_by_time{101};  ///< time ‖ that digest

inline constexpr ViewId pipelines{120};              ///< by id
inline constexpr ViewId pipeline_codes{121};         ///< digest → id
inline constexpr ViewId stages{122};                 ///< by id
inline constexpr ViewId stage_codes{123};            ///< digest of pipeline and code → id
inline constexpr ViewId stage_references{124};       ///< pipeline → stages: projections/kinds/kind_views.hpp
inline constexpr ViewId lead_sources{125};           ///< by id
inline constexpr ViewId lead_source_codes{126};      ///< digest → id
inline constexpr ViewId lead_source_positions{127};  ///< id ‖ position of each event of its stream

inline constexpr ViewId tags{140};                 ///< by id
inline constexpr ViewId tag_names{141};            ///< digest → id
inline constexpr ViewId tag_positions{142};        ///< tag id ‖ position of an event of its stream
inline constexpr ViewId tag_assignments{143};      ///< by id, also those that hold no more
inline constexpr ViewId tag_hosts{144};            ///< host → its assignments
inline constexpr ViewId tags_ever{145};            ///< host ‖ assignment id: all that it ever had
inline constexpr ViewId activities{150};           ///< by id
inline constexpr ViewId activity_references{151};  ///< deal, person or organization → activities
inline constexpr ViewId activity_reminders{152};   ///< time ‖ id, of those whose owner is to be reminded

inline constexpr ViewId favorites{160};              ///< by id
inline constexpr ViewId favorite_targets{161};       ///< digest of user and target → id
inline constexpr ViewId favorite_references{162};    ///< user, person, organization or deal → favorites
inline constexpr ViewId dropped_favorites{163};      ///< person that was merged away ‖ id → what a merge dropped
inline constexpr ViewId saved_views{164};            ///< by id
inline constexpr ViewId saved_view_references{165};  ///< user → saved views
inline constexpr ViewId deals{130};                  ///< by id
inline constexpr ViewId deal_references{131};        ///< whatever deals refer to → deals
inline constexpr ViewId deal_positions{132};         ///< id ‖ position of each event of its stream, and of its moves

}  // namespace annals::view
