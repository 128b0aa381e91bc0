export default {
  title: 'Leave', page: 'arco.jsx', held: false,
  routes: () => ({
    'POST /api/leave': ({ n }) => (n === 1 ? { status: 409, json: { message: 'Two others of your team are away then.' } } : { wait: 700, json: {} }),
    'POST /api/balance': { wait: 3100, json: { text: '17 days left, 3 of them expire in March' } },
  }),
  async play(v) {
    await v.click('Next', v.button('Next'), { flags: ['error_shown'], texts: ['How many days?'] })
    await v.click(null, v.page.locator('.arco-input-number-step-button').last(), { n: 3, gap: 230, why: 'plus' })
    await v.click('Mornings', v.page.getByText('Mornings'), { as: 'change' })
    await v.click('My balance', v.button('My balance'), { flags: ['slow', 'wait'], texts: ['17 days left'], wait: 4600, why: 'spinner at once' })
    await v.click('Next', v.button('Next'), {})
    await v.click('Next', v.button('Next'), { flags: ['error_shown'], texts: ['Choose a reason'] })
    await v.click('Reason', v.page.locator('.arco-select-view'), { alt: ['Holiday', 'Choose a reason'] })
    await v.click('Moving house', v.page.locator('.arco-select-option').getByText('Moving house'), {})
    await v.click('Ask a colleague', v.button('Ask a colleague'), { flags: ['dead'], wait: 3200 })
    await v.click('Next', v.button('Next'), {})
    await v.screen()
    await v.click('Start over', v.button('Start over'), { soft: ['What you have entered will be lost.'] })
    await v.click('Keep', v.button('Keep'), {})
    await v.click('Send request', v.button('Send request'), { flags: ['error_after', 'error_shown'], texts: ['Two others of your team are away then.'], wait: 3500 })
    await v.click('Ask a colleague', v.button('Ask a colleague'), { flags: ['rage'], may: ['dead'], n: 5, gap: 160, wait: 3200 })
    await v.click('Send request', v.button('Send request'), { texts: ['Leave requested'], wait: 2500 })
    v.claim('true', { kind: 'clicked', text: 'Send request', count: 2 }, { kind: 'saw_text', text: 'Leave requested' }, { kind: 'saw_text', text: 'Two others of your team are away then' }, { kind: 'request_failed', text: '/api/leave', status: 409 }, { kind: 'rage', text: 'Ask a colleague' })
    v.claim('false', { kind: 'dead', text: 'Next' }, { kind: 'rage', text: 'Next' }, { kind: 'clicked', text: 'Send request', count: 4 }, { kind: 'request_failed', text: '/api/balance' })
    v.claim('unknown', { kind: 'clicked', text: 'Approve' }, { kind: 'visited', text: '/approved' })
    v.ends('success', 'the second try was accepted: Leave requested')
  },
}
