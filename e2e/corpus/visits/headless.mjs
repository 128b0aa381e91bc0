export default {
  title: 'Ask for leave', page: 'headless.jsx',
  routes: () => ({
    'POST /api/leave': ({ n }) => [{ status: 422, json: { field: 'who', message: 'Name someone who stands in for you' } }, { status: 503, json: { message: 'The calendar is unreachable right now' } }, { wait: 400, json: { number: 'L-77' } }][n - 1],
    'POST /api/balance': ({ n }) => ({ wait: 3300, json: { text: `You have ${13 - n} days left` } }),
  }),
  async play(v) {
    await v.click('Send request', v.button('Send request'), { flags: ['error_shown'], texts: ['How many days? We need a number.'] })
    await v.type('Days', v.page.getByLabel('Days'), '3')
    await v.click('Holiday', v.button('Holiday'), { why: 'a list opens, with an option named after an error' })
    await v.click('Parental leave', v.role('option', 'Parental leave'))
    await v.click('Send request', v.button('Send request'), { flags: ['error_after', 'error_shown'], texts: ['Name someone who stands in for you'], wait: 1800 })
    await v.type('Stand-in', v.page.getByLabel('Stand-in'), 'ing', { public: true, why: 'narrows a list' })
    await v.click('Ingrid Dahl', v.role('option', 'Ingrid Dahl'))
    await v.click('Half day', v.page.locator('.switch'), { why: 'a switch goes on', alt: ['on', 'switch'] })
    await v.click('Save as draft', v.button('Save as draft'), { flags: ['dead'], wait: 3300, why: 'only data-hover, data-active and data-focus come and go' })
    await v.click('Ask the people team', v.page.getByText('Ask the people team'), { flags: ['dead'], wait: 3300 })
    await v.click('Ask the people team', v.page.getByText('Ask the people team'), { flags: ['rage'], may: ['dead', 'repeated_submit'], n: 3, gap: 210, wait: 3300 })
    await v.click('Days left', v.button('Days left'), { flags: ['slow'], wait: 4700, texts: ['You have 12 days left'] })
    await v.click('See the policy', v.button('See the policy'), { soft: ['Leave policy'], why: 'a help text speaks of rejection' })
    await v.click('Got it', v.button('Got it'))
    await v.click('Who decides?', v.button('Who decides?'), { soft: ['Your lead.'] })
    await v.click('Send request', v.button('Send request'), { flags: ['error_after', 'error_shown'], texts: ['The calendar is unreachable right now'], wait: 1900 })
    await v.click('Days left', v.button('Days left'), { flags: ['slow'], wait: 4700, texts: ['You have 11 days left'], why: 'nothing moves for 3.3 s' })
    await v.screen()
    await v.click('Send request', v.button('Send request'), { texts: ['Request L-77 is with Noor'], wait: 2500 })
    v.claim('true', { kind: 'clicked', text: 'Send request', count: 4 }, { kind: 'saw_text', text: 'Request L-77 is with Noor' }, { kind: 'saw_text', text: 'The calendar is unreachable' }, { kind: 'request_failed', text: '/api/leave', status: 422 }, { kind: 'rage', text: 'Ask the people team' }, { kind: 'dead', text: 'Save as draft' })
    v.claim('false', { kind: 'request_failed', text: '/api/balance' }, { kind: 'dead', text: 'See the policy' }, { kind: 'rage', text: 'Send request' }, { kind: 'request_failed', text: '/api/leave', status: 500 })
    v.claim('unknown', { kind: 'clicked', text: 'Sign out' }, { kind: 'saw_text', text: 'approved' }, { kind: 'error_logged', text: 'undefined' })
    v.ends('success', 'the page says the request is with Noor')
  },
}
