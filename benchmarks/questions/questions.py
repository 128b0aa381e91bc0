"""The thirty questions: fifteen of the reality check of version 0.1, and fifteen of our own."""

from typing import Final

from benchmarks.questions import journeys, problems, sessions
from benchmarks.questions.asked import Question

CURATING_CALLS: Final = 6
QUESTIONS: Final = (
    Question(
        1, "What went wrong in checkout, for whom, how often, and what did they do next?", problems.checkout_problems
    ),
    Question(2, "Show me the most frustrated session, second by second.", problems.most_frustrated),
    Question(3, "Which requests fail, by status and page?", problems.failing_requests),
    Question(4, "Which buttons are dead, for how many of those who press them?", problems.dead_buttons),
    Question(5, "Who has bought something since the release?", sessions.buyers),
    Question(6, "What do visitors with phones meet at the checkout?", problems.on_phones),
    Question(7, "Do coupon users fare worse than others?", problems.coupon_users),
    Question(
        8,
        "Make a playlist of them, take one out, mark them viewed, delete it, bring it back.",
        sessions.curate,
        CURATING_CALLS,
    ),
    Question(9, "Show me all sessions of this customer (an e-mail address).", sessions.by_email),
    Question(10, "Which exception is thrown, after which action, in which line?", sessions.exception),
    Question(11, "How long do people wait for search results?", journeys.search_waits),
    Question(12, "Give me the steps to reproduce this failure.", sessions.reproduce),
    Question(13, "Is the problem new? And what is gone?", problems.is_it_new),
    Question(14, "What did the screen show at that second?", sessions.screen),
    Question(15, "How many come from the cart to the checkout to an order, and who is lost where?", journeys.funnel),
    Question(16, "Is it more or less than last week?", sessions.trend),
    Question(17, "How many sessions come from this country?", sessions.country),
    Question(18, "How many use Firefox?", sessions.browser),
    Question(19, "How long do people stay on the checkout page?", journeys.time_on_page),
    Question(20, "How long does a payment take that works?", journeys.payment_time),
    Question(21, "Is it worse on phones?", problems.worse_on_phones),
    Question(22, "Are gold customers affected?", problems.gold_customers),
    Question(23, "Who did 'purchase completed'? (the event has another name)", sessions.unknown_event),
    Question(24, "Was it like this two months ago? (there is no data)", sessions.before_all_data),
    Question(25, "How far do visitors from the newsletter come?", journeys.newsletter_funnel),
    Question(26, "Has this customer ordered before?", sessions.ordered_before),
    Question(27, "Who takes something out again, and do they still order?", journeys.removed),
    Question(28, "Is what I am going to report true?", sessions.claims),
    Question(29, "How many long sessions have console errors?", sessions.long_with_errors),
    Question(30, "Did the funnel get worse with the release?", journeys.funnel_since_release),
)
