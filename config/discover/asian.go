package discover

// ofCode is what QQ and NetEase want for an app password.
const ofCode = "switch POP3 on in the settings of the provider's site, which gives out an authorization code: it's the password here"

// asian are providers of Asia.
var asian = []provider{
	{
		name: "QQ Mail", domains: "qq.com foxmail.com vip.qq.com", server: "pop.qq.com",
		password: PasswordApp, notes: []string{ofCode},
	},
	{
		name: "Tencent Exmail", mx: "mxbiz1.qq.com mxbiz2.qq.com", server: "pop.exmail.qq.com",
		password: PasswordApp, notes: []string{ofCode},
	},
	{name: "NetEase", domains: "163.com", server: "pop.163.com", password: PasswordApp, notes: []string{ofCode}},
	{name: "NetEase", domains: "126.com", server: "pop.126.com", password: PasswordApp, notes: []string{ofCode}},
	{name: "NetEase", domains: "yeah.net", server: "pop.yeah.net", password: PasswordApp, notes: []string{ofCode}},
	{name: "Naver", domains: "naver.com", server: "pop.naver.com", notes: []string{switchOn, ofAppWith2F}},
}
