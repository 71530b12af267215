from django.urls import path

from vamco.systems.planning.pages import shown, uploading

app_name = "planning"
urlpatterns = [
    path("planning", shown.notices, name="notices"),
    path("planning/<str:notice>", shown.notice, name="notice"),
    path("planning/<str:notice>/attach", uploading.attach, name="attach"),
    path("planning-files/<int:planning_file>", shown.attachment, name="attachment"),
    path("planning-uploads", uploading.uploads, name="uploads"),
    path("planning-uploads/<int:upload_id>", uploading.upload, name="upload"),
    path("investment", shown.projects, name="projects"),
    path("investment/<str:project>", shown.project, name="project"),
]
