import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { post } from './post.js'

const css = `body{font:16px/1.5 system-ui;max-width:560px;margin:20px auto}button{padding:8px 14px;margin:0 8px 8px 0}.amounts button[aria-pressed=true]{background:#0b5;color:#fff}iframe{border:1px solid #ccc;width:100%;height:150px}.card-errors{color:#df1b41;min-height:1.5em}.ok{color:#0b5}[role=button]{display:inline-block;white-space:nowrap}`

function Donate({ frame }) {
  const [amount, setAmount] = useState(20)
  const [name, setName] = useState('')
  const [problem, setProblem] = useState('')
  const [token, setToken] = useState('')
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState('')
  const [receipt, setReceipt] = useState('')
  useEffect(() => {
    const listen = ({ data }) => { if (data.kind === 'invalid') setProblem(data.text); if (data.kind === 'token') { setProblem(''); setToken(data.token) } }
    addEventListener('message', listen)
    return () => removeEventListener('message', listen)
  }, [])
  const give = async () => {
    if (!token) return setProblem('Enter your card details')
    setBusy(true); setProblem('')
    try { setDone((await post('/api/charge', { amount })).text) } catch (error) { setProblem(error.message) }
    setBusy(false)
  }
  if (done) return <section><style>{css}</style><h2>{done}</h2><button onClick={async () => setReceipt((await post('/api/receipt')).text)}>Send a receipt</button><p>{receipt}</p></section>
  return (
    <section><style>{css}</style><h1>Plant trees</h1>
      <div class="amounts">{[10, 20, 50].map((each) => <button aria-pressed={each === amount} onClick={() => setAmount(each)}>{each} €</button>)}</div>
      <p><label>Your name <input value={name} onInput={(event) => setName(event.target.value)} /></label></p>
      <iframe title="Secure card payment" src={frame} />
      <div class="card-errors">{problem}</div>
      <button onClick={give} disabled={busy}>{busy ? 'Talking to your bank…' : `Give ${amount} €`}</button>
      <button>Give monthly</button><button>Pay by wallet</button><button>Pay by invoice</button><span role="button" tabIndex={0}>Make it a gift</span>
      <button onClick={() => alert('We are a charity since 1988.')}>About us</button>
    </section>
  )
}
render(<Donate frame={window.FRAME} />, document.getElementById('root'))
