// A classic script, so that recording starts before the page's modules run.
posthog.init('phc_demo', {
  api_host: location.origin,
  capture_pageview: true,
  capture_exceptions: true,
  capture_dead_clicks: true,
  rageclick: true,
  // The recorder drives the browser, which posthog-js would otherwise take for a bot.
  opt_out_useragent_filter: true,
})

const account = JSON.parse(localStorage.getItem('account') ?? 'null')
if (account && posthog.get_distinct_id() !== account.id) {
  const { id, ...properties } = account
  posthog.identify(id, properties)
}
