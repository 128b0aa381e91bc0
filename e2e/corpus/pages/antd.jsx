import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Alert, Button, ConfigProvider, Form, Input, Modal, Result, Table, Tag, message } from 'antd'
import { post } from './post.js'

const MEMBERS = [{ key: 1, name: 'Ida', state: 'Active' }, { key: 2, name: 'Per', state: 'Invitation expired' }]
function App() {
  const [api, holder] = message.useMessage(), [open, setOpen] = useState(false), [busy, setBusy] = useState(false), [denied, setDenied] = useState(false), [form] = Form.useForm()
  const invite = async () => {
    if (!(await form.validateFields().catch(() => null))) return
    setBusy(true)
    try { await post('/api/invite'); api.success('Invitation sent') } catch (error) { api.error(error.message) }
    setBusy(false)
  }
  if (denied) return <Result status="403" title="403" subTitle="Sorry, only the owner can change the plan." extra={<Button type="primary" onClick={() => setDenied(false)}>Back to members</Button>} />
  return <div style={{ maxWidth: 760, margin: '16px auto' }}>{holder}<h2>Members</h2><Alert type="info" message="Invitations expire after 7 days" showIcon /><p><Button type="primary" onClick={() => setOpen(true)}>Invite member</Button> <Button onClick={async () => { await post('/api/refresh'); api.success('The list is up to date') }}>Refresh</Button> <Button onClick={() => setDenied(true)}>Change plan</Button></p>
    <Table pagination={false} dataSource={MEMBERS} columns={[{ title: 'Name', dataIndex: 'name' }, { title: 'State', dataIndex: 'state', render: (state) => <Tag color={state === 'Active' ? 'success' : 'error'}>{state}</Tag> }]} />
    <Modal title="Invite member" open={open} onCancel={() => setOpen(false)} onOk={invite} okText="Send invitation" cancelText="Not now" confirmLoading={busy}><Form form={form} layout="vertical" validateTrigger="onSubmit"><Form.Item label="Work mail" name="mail" rules={[{ type: 'email', message: 'Work mail is not a valid email' }]}><Input /></Form.Item></Form></Modal></div>
}
createRoot(document.getElementById('root')).render(<ConfigProvider theme={{ token: { motion: false } }} button={{ autoInsertSpace: false }}><App /></ConfigProvider>)
