#pragma once

#include <string>
#include <string_view>

#include "app/reactors/reactor.hpp"

namespace annals {

/// How far a mail has come in talking to an SMTP server, from what both sides say.
class SmtpDialogue {
 public:
  void sent(std::string_view command);
  void received(std::string_view reply);

  /// What it means that the talk broke off with this. `fault`: a phrase that says why, of nobody's but ours.
  Attempt broken_off(std::string_view fault) const;

 private:
  /// Up to the sender's address nothing depends on the mail: what fails there fails for all of them.
  bool about_this_mail_ = false;
  bool over_ = false;     ///< we said goodbye: what follows tells nothing
  unsigned code_ = 0;     ///< of the reply to the last command; 0: none came
  std::string enhanced_;  ///< `5.1.1` (RFC 3463); empty: none
};

}  // namespace annals
