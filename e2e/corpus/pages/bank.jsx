import 'daisyui/components/button.css'
import 'daisyui/components/card.css'
import 'daisyui/components/fieldset.css'
import 'daisyui/components/input.css'
import 'daisyui/components/label.css'
import 'daisyui/components/loading.css'
import 'daisyui/components/modal.css'
import 'daisyui/components/skeleton.css'
import 'daisyui/components/stat.css'
import 'daisyui/components/table.css'
import { useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Toaster, toast } from 'sonner'
import { post } from './post.js'

function Code({ done }) {
  const boxes = useRef([])
  const [wrong, setWrong] = useState(''), [busy, setBusy] = useState(false)
  const check = async () => { setBusy(true); setWrong(''); try { await post('/api/code'); done() } catch (error) { setWrong(error.message); boxes.current.forEach((box) => { box.value = '' }); boxes.current[0].focus() } setBusy(false) }
  const put = (index, event) => { if (event.target.value && index < 5) boxes.current[index + 1].focus(); if (boxes.current.every((box) => box.value)) check() }
  return <div className="card card-body"><h2 className="card-title">Enter the code</h2><p>We have sent six digits to your phone.</p><div className="flex gap-2">{[0, 1, 2, 3, 4, 5].map((index) => <input key={index} ref={(box) => { boxes.current[index] = box }} aria-label={`Digit ${index + 1}`} inputMode="numeric" maxLength={1} className="input input-bordered w-12" onInput={(event) => put(index, event)} />)}{busy && <span className="loading loading-spinner" />}</div>{wrong && <p className="text-error text-sm" data-slot="message">{wrong}</p>}<button className="btn btn-ghost" onClick={async () => { await post('/api/resend'); toast.success('A new code is on its way') }}>Send it again</button><button className="btn btn-ghost">Call me instead</button></div>
}
function Accounts() {
  const [rows, setRows] = useState(), [amount, setAmount] = useState(''), [to, setTo] = useState(''), [problem, setProblem] = useState()
  const load = async () => { setRows(null); setRows((await post('/api/statement')).rows) }
  const send = async () => {
    if (!(Number(amount) > 0)) return setProblem('Enter an amount')
    setProblem()
    toast.promise(post('/api/transfer', { amount, to }), { loading: 'Sending…', success: 'Money sent', error: (error) => error.message })
  }
  return <div className="p-4"><h1>Your accounts</h1><div className="stats"><div className="stat"><div className="stat-title">Current</div><div className="stat-value text-error">-12.40</div></div></div><p><button className="btn" onClick={load}>Show statement</button> <button className="btn btn-outline">Download PDF</button> <button className="btn btn-outline btn-error" onClick={() => document.getElementById('lock').showModal()}>Lock card</button></p>{rows === null && <div className="skeleton h-24 w-full">&nbsp;</div>}{rows && <table className="table"><tbody>{rows.map((row) => <tr key={row}><td>{row}</td></tr>)}</tbody></table>}
    <fieldset className="fieldset"><legend>Transfer</legend><label className="input">To <input aria-label="To" value={to} onChange={(event) => setTo(event.target.value)} /></label><label className={`input ${problem ? 'input-error' : ''}`}>Amount <input aria-label="Amount" value={amount} onChange={(event) => setAmount(event.target.value)} /></label>{problem && <p className="label text-error">{problem}</p>}<button className="btn btn-primary" onClick={send}>Send money</button></fieldset>
    <dialog id="lock" className="modal"><div className="modal-box"><h3>Lock the card?</h3><p>Payments will be declined until you unlock it.</p><button className="btn btn-error" onClick={async () => { document.getElementById('lock').close(); try { await post('/api/lock') } catch (error) { toast.error('The card is not locked', { description: error.message }) } }}>Lock it now</button> <button className="btn" onClick={() => document.getElementById('lock').close()}>Leave it</button></div></dialog></div>
}
function App() { const [inside, setInside] = useState(false); return <div data-theme="light" style={{ maxWidth: 700, margin: '12px auto' }}><Toaster position="top-right" duration={3400} />{inside ? <Accounts /> : <Code done={() => { history.pushState({}, '', '/accounts'); document.title = 'Accounts'; setInside(true) }} />}</div> }
createRoot(document.getElementById('root')).render(<App />)
