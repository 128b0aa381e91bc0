export default {
  title: 'Course registration', page: 'player.js', css: false, held: true,
  routes: () => ({
    'POST /api/register': ({ n }) => (n === 1 ? { status: 503, json: { message: 'Registration opens again at noon' } } : { json: {} }),
    'POST /api/check': { wait: 3300, json: { text: 'You meet all 4 conditions' } },
  }),
  async play(v) {
    await v.go('Tab', 'Tab')
    await v.key('Next step', 'Enter', { flags: ['error_shown'], texts: ['Choose a level to go on'], wait: 1800 })
    await v.go('Tab')
    await v.key('Syllabus as PDF', 'Enter', { flags: ['dead'], wait: 3300 })
    await v.key('Syllabus as PDF', ' ', { n: 4, gap: 200, flags: ['rage'], may: ['dead'], wait: 3300 })
    await v.go('Shift+Tab', 'Shift+Tab')
    await v.key('Beginner', ' ', { as: 'change', wait: 700 })
    await v.key('Advanced', 'ArrowDown', { as: 'change', wait: 700 })
    await v.go('Tab')
    await v.key('Next step', ' ', { wait: 1500 })
    await v.key('Full name', 'Enter', { alt: ['Register'], flags: ['error_shown'], texts: ['Please tell us your name'], wait: 1800, optional: true, why: 'Enter in the field sends the form' })
    await v.type('Full name', null, 'Saskia Odell')
    await v.go('Tab')
    await v.key('Send me news', ' ', { as: 'change', wait: 700 })
    await v.go('Tab')
    await v.key('Register', 'Enter', { flags: ['error_after', 'error_shown'], texts: ['Registration opens again at noon'], wait: 2200 })
    await v.go('Tab')
    await v.key('Check prerequisites', ' ', { flags: ['slow'], texts: ['You meet all 4 conditions'], wait: 4700 })
    await v.screen()
    await v.go('Tab')
    await v.key('Save for later', 'Enter', { flags: ['dead'], wait: 3300 })
    await v.go('Shift+Tab', 'Shift+Tab')
    await v.key('Register', ' ', { texts: ['See you in class'], soft: ['Your place is reserved.'], wait: 3000 })
    v.claim('true', { kind: 'clicked', text: 'Register', count: 2 }, { kind: 'saw_text', text: 'See you in class' }, { kind: 'saw_text', text: 'opens again at noon' }, { kind: 'dead', text: 'Save for later' }, { kind: 'rage', text: 'Syllabus as PDF' }, { kind: 'request_failed', text: '/api/register', status: 503 })
    v.claim('false', { kind: 'dead', text: 'Next step' }, { kind: 'rage', text: 'Register' }, { kind: 'request_failed', text: '/api/check' })
    v.claim('unknown', { kind: 'clicked', text: 'Unsubscribe' }, { kind: 'visited', text: '/courses' })
    v.ends('success', 'See you in class: registered at the second try, by keys only')
  },
}
