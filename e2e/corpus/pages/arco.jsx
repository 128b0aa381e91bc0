import { Alert, Button, Form, Input, InputNumber, Message, Modal, Notification, Result, Select, Spin, Steps, Radio, Space, Typography } from '@arco-design/web-react'
import '@arco-design/web-react/es/style/index.css'
import '@arco-design/web-react/es/Alert/style/index.css'
import '@arco-design/web-react/es/Button/style/index.css'
import '@arco-design/web-react/es/Form/style/index.css'
import '@arco-design/web-react/es/Grid/style/index.css'
import '@arco-design/web-react/es/Input/style/index.css'
import '@arco-design/web-react/es/InputNumber/style/index.css'
import '@arco-design/web-react/es/Message/style/index.css'
import '@arco-design/web-react/es/Modal/style/index.css'
import '@arco-design/web-react/es/Notification/style/index.css'
import '@arco-design/web-react/es/Result/style/index.css'
import '@arco-design/web-react/es/Select/style/index.css'
import '@arco-design/web-react/es/Spin/style/index.css'
import '@arco-design/web-react/es/Steps/style/index.css'
import '@arco-design/web-react/es/Radio/style/index.css'
import '@arco-design/web-react/es/Space/style/index.css'
import '@arco-design/web-react/es/Typography/style/index.css'
import '@arco-design/web-react/es/Trigger/style/index.css'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { post } from './post.js'

function Leave() {
  const [step, setStep] = useState(0)
  const [form] = Form.useForm()
  const [busy, setBusy] = useState(false)
  const [balance, setBalance] = useState()
  const next = async () => { try { await form.validate() } catch { return } setStep(step + 1) }
  const send = async () => {
    setBusy(true)
    try { await post('/api/leave', form.getFieldsValue()); setStep(3) } catch (error) { error.status === 409 ? Notification.error({ title: 'Request refused', content: error.message, duration: 4000 }) : Message.error(error.message) }
    setBusy(false)
  }
  const look = async () => { setBalance(null); setBalance((await post('/api/balance')).text) }
  if (step === 3) return <Result status="success" title="Leave requested" subTitle="Your manager has been asked to approve it." extra={<Button key="x">Add to calendar</Button>} />
  return (
    <div style={{ maxWidth: 700, margin: '20px auto' }}>
      <Typography.Title heading={4}>Request leave</Typography.Title>
      <Steps current={step + 1} style={{ marginBottom: 24 }}><Steps.Step title="When" /><Steps.Step title="Why" /><Steps.Step title="Confirm" /></Steps>
      <Alert type="warning" content="Requests of less than a week's notice may be rejected." style={{ marginBottom: 12 }} />
      <Form form={form} layout="vertical">
        {step === 0 && <><Form.Item label="Days" field="days" rules={[{ required: true, message: 'How many days?' }]}><InputNumber placeholder="Days" mode="button" min={1} max={30} /></Form.Item><Form.Item label="Half days" field="half" initialValue="no"><Radio.Group><Radio value="no">Whole days</Radio><Radio value="am">Mornings</Radio></Radio.Group></Form.Item></>}
        {step === 1 && <><Form.Item label="Reason" field="reason" rules={[{ required: true, message: 'Choose a reason' }]}><Select placeholder="Reason" options={['Holiday', 'Moving house', 'Sick child']} /></Form.Item><Form.Item label="Note" field="note" rules={[{ minLength: 5, message: 'Too short: five letters at least' }]}><Input.TextArea placeholder="Note" /></Form.Item></>}
        {step === 2 && <p>Please look it over once more. Cancelled requests cannot be restored.</p>}
      </Form>
      <Space>{step > 0 && <Button onClick={() => setStep(step - 1)}>Back</Button>}{step < 2 ? <Button type="primary" onClick={next}>Next</Button> : <Button type="primary" loading={busy} onClick={send}>Send request</Button>}<Button onClick={look}>My balance</Button><Button type="text">Ask a colleague</Button><Button type="text" onClick={() => Modal.confirm({ title: 'Discard the request?', content: 'What you have entered will be lost.', okText: 'Discard', cancelText: 'Keep' })}>Start over</Button></Space>
      <div style={{ marginTop: 20 }}>{balance === null ? <Spin tip="Looking it up" /> : balance}</div>
    </div>
  )
}
createRoot(document.getElementById('root')).render(<Leave />)
