export default {
  title: 'Billing', page: 'radix.jsx', css: false, held: false,
  routes: () => ({
    'POST /api/usage': { json: { text: '4 of 10 seats in use' } },
    'POST /api/subscription/end': ({ n }) => (n === 1 ? { status: 503, json: { message: 'We could not reach the billing provider. Try again in a minute.' } } : { wait: 500, json: {} }),
  }),
  async play(v) {
    await v.click('Show usage', v.button('Show usage'), { texts: ['4 of 10 seats in use'], wait: 1800 })
    await v.click('Cancel plan', v.button('Cancel plan'), { soft: ['Your team will lose access to 3 projects.'], wait: 2000 })
    await v.click('Keep my plan', v.button('Keep my plan'), { wait: 1600, why: 'hesitates' })
    await v.click('Cancel plan', v.button('Cancel plan'), { soft: ['Your team will lose access to 3 projects.'], wait: 1800 })
    await v.click('Continue', v.button('Continue'), { texts: ['We keep your data for 30 days.'], soft: ['Why are you leaving?'], wait: 2400, why: 'a neutral toast' })
    await v.click('End subscription', v.button('End subscription'), { flags: ['error_shown'], texts: ['Pick one so that we know what to improve.'], wait: 1800 })
    await v.click('It is too expensive', v.page.getByRole('radio', { name: 'It is too expensive' }), { may: [], wait: 1200 })
    await v.click('End subscription', v.button('End subscription'), { flags: ['error_after', 'error_shown'], texts: ['We could not reach the billing provider.'], wait: 4400 })
    await v.screen()
    await v.click('End subscription', v.button('End subscription'), { texts: ['Your plan ends on 1 June'], soft: ['A confirmation is on its way to your inbox.'], wait: 4400 })
    v.claim('true', { kind: 'clicked', text: 'End subscription', count: 3 }, { kind: 'saw_text', text: 'Your plan ends on 1 June' }, { kind: 'request_failed', text: '/api/subscription/end', status: 503 })
    v.claim('false', { kind: 'dead', text: 'Keep my plan' }, { kind: 'rage', text: 'End subscription' })
    v.claim('unknown', { kind: 'clicked', text: 'Pause plan' }, { kind: 'saw_text', text: 'Plan restarted' })
    v.ends('success', 'the subscription was ended at the second try; the page says when it ends')
  },
}
