export default {
  title: 'See a doctor', page: 'vuetify.js', held: true,
  routes: () => ({
    'POST /api/slots': ({ n }) => ({ wait: 3300, json: { slots: n === 1 ? ['Tuesday 09:20', 'Tuesday 16:40', 'Friday 11:00'] : ['Friday 11:00', 'Monday 08:00'] } }),
    'POST /api/visits': ({ n }) => [{ status: 409, json: { message: 'Someone else took Tuesday 09:20 a moment ago' } }, { status: 500, json: { message: 'Our calendar has a hiccup, try again in a minute' } }, { json: { text: 'You are expected on Monday 08:00' } }][n - 1],
  }),
  async play(v) {
    await v.click('Continue', v.button('Continue'), { flags: ['error_shown'], texts: ['Please tell us your name'] })
    await v.type('Full name', v.page.getByLabel('Full name'), 'Ottilie Brandt')
    await v.type('Date of birth', v.page.getByLabel('Date of birth'), '1988-03-04', { flags: ['error_shown'], texts: ['Write the date as DD.MM.YYYY'], why: 'the message comes with the first letter' })
    await v.click('Continue', v.button('Continue'), { may: ['error_shown', 'dead'], why: 'the message stands there already' })
    await v.click('Date of birth', v.page.getByLabel('Date of birth'), { n: 3, gap: 50, double: true, wait: 300, why: 'selects what is there' })
    await v.type('Date of birth', null, '04.03.1988', { flags: ['retyped'] })
    await v.click('I agree to the rules', v.page.getByText('I agree to the rules'), { as: 'change' })
    await v.click('Insurance details', v.button('Insurance details'), { flags: ['dead'], wait: 3300, why: 'only a ripple' })
    await v.click('Upload a referral', v.button('Upload a referral'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3300 })
    await v.click('Continue', v.button('Continue'))
    await v.click('Find a time', v.button('Find a time'), { flags: ['slow', 'wait'], wait: 4700, texts: ['Tuesday 09:20'] })
    await v.click('Tuesday 09:20', v.page.getByText('Tuesday 09:20'), { flags: ['error_after', 'error_shown'], texts: ['Someone else took Tuesday 09:20 a moment ago'], wait: 2000 })
    await v.click('Call the desk', v.button('Call the desk'), { flags: ['dead'], wait: 3300 })
    await v.click('Friday 11:00', v.page.getByText('Friday 11:00'), { flags: ['error_after', 'error_shown'], texts: ['Our calendar has a hiccup'], wait: 4600 })
    await v.click('Directions', v.button('Directions'), { flags: ['rage'], may: ['dead'], n: 3, gap: 230, wait: 3300 })
    await v.screen()
    await v.click('Find a time', v.button('Find a time'), { flags: ['slow', 'wait'], wait: 4700, texts: ['Monday 08:00'] })
    await v.click('Monday 08:00', v.page.getByText('Monday 08:00'), { texts: ['You are expected on Monday 08:00'], wait: 2500 })
    await v.click(null, v.page.locator('.v-rating button').nth(3), { why: 'the fourth star' })
    await v.click('Add to calendar', v.button('Add to calendar'), { flags: ['dead'], wait: 3400 })
    v.claim('true', { kind: 'clicked', text: 'Continue', count: 3 }, { kind: 'saw_text', text: 'You are expected on Monday 08:00' }, { kind: 'saw_text', text: 'Someone else took Tuesday 09:20' }, { kind: 'rage', text: 'Upload a referral' }, { kind: 'dead', text: 'Insurance details' }, { kind: 'request_failed', text: '/api/visits', status: 409 })
    v.claim('false', { kind: 'dead', text: 'Find a time' }, { kind: 'rage', text: 'Continue' }, { kind: 'request_failed', text: '/api/slots' }, { kind: 'clicked', text: 'Find a time', count: 4 })
    v.claim('unknown', { kind: 'clicked', text: 'Cancel appointment' }, { kind: 'saw_text', text: 'prescription' })
    v.ends('success', 'the page says when the visitor is expected')
  },
}
